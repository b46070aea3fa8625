import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { Inbox } from '../../../electron/shell/inbox.ts'
import { filesOpened, linkOpened, openedBy } from '../../../electron/shell/opened.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const ticket = 'gangway://pair?v=1&k=abc-_%20#x'

describe('a link opened from outside', () => {
  it('is taken as it is, whatever the case of its scheme', () => {
    expect(linkOpened(ticket)).toEqual({ what: 'link', link: ticket })
    expect(linkOpened('GANGWAY://pair?v=1')).toEqual({ what: 'link', link: 'gangway://pair?v=1' })
    expect(openedBy(['--at-login', ticket], '/', [])).toEqual({ what: 'link', link: ticket })
    expect(openedBy(['--', ticket], '/', [])).toEqual({ what: 'link', link: ticket })
  })

  it.each([
    'https://example.org/',
    'gangway:pair',
    'javascript:alert(1)//gangway://',
    'gangway://',
    'gangway://pair ?v=1 --no-sandbox',
    'gangway://pair?v=1\n--data-dir=/tmp',
    'gangway://pair?"><script>',
    'gangway://pair?\u202Etxt',
    'gangway://p\u0430ir',
    `gangway://${'a'.repeat(5_000)}`,
  ])('safety 33: is dropped when it is %j', (text) => {
    expect(linkOpened(text)).toBeNull()
    expect(openedBy([text], '/', [])).toBeNull()
  })

  it('safety 33: makes nothing of what stands beside it: no file, no second link, no flag', () => {
    const beside = ['/etc/passwd', ticket, 'gangway://pair?v=2', '--downloads=/tmp']
    expect(openedBy(beside, '/', [])).toEqual({ what: 'link', link: ticket })
  })
})

describe('files opened from outside', () => {
  const folder = temporaryFolder()
  const at = (name: string) => join(folder.path, name)
  mkdirSync(at('a folder'))
  writeFileSync(at('a.txt'), 'a')
  writeFileSync(at('own.js'), 'a')
  afterAll(() => folder[Symbol.dispose]())

  it('are those that are there, by path or by file URL, each once', () => {
    const given = ['a.txt', at('a.txt'), pathToFileURL(at('a folder')).href, 'none', '/dev/null']
    expect(filesOpened(given, folder.path)).toEqual({
      what: 'files',
      paths: [at('a.txt'), at('a folder')],
    })
    expect(filesOpened(['none', 'a\0b', 'https://example.org/a.txt'], folder.path)).toBeNull()
    expect(filesOpened(['file://elsewhere/share/a.txt'], folder.path)).toBeNull()
  })

  it('are not the files of the app, nor the values of its flags', () => {
    const line = ['own.js', '--data-dir', at('a folder'), '--name', 'a.txt', '--lan-only']
    expect(openedBy(line, folder.path, [at('own.js')])).toBeNull()
  })

  it('wait until a page has taken them; those that come one by one are one thing', () => {
    const inbox = new Inbox()
    inbox.put(filesOpened(['a.txt'], folder.path))
    inbox.put(null)
    inbox.put(filesOpened(['a folder', 'a.txt'], folder.path))
    const { opened } = inbox.state.value
    expect(opened).toMatchObject({ what: 'files', paths: [at('a.txt'), at('a folder')] })
    inbox.taken(0)
    expect(inbox.state.value.opened).toBe(opened)
    inbox.taken(opened?.id ?? 0)
    expect(inbox.state.value.opened).toBeNull()
    inbox.put(filesOpened(['a.txt'], folder.path))
    inbox.put(linkOpened(ticket))
    expect(inbox.state.value.opened).toMatchObject({ what: 'link', link: ticket })
  })
})
