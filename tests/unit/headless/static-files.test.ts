import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadStaticFiles } from '../../../electron/headless/serve/static-files.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

test('serves what was built and nothing else', async () => {
  using folder = temporaryFolder()
  const built = join(folder.path, 'renderer')
  mkdirSync(join(built, 'assets'), { recursive: true })
  writeFileSync(join(folder.path, 'secret.html'), 'secret')
  writeFileSync(join(built, 'index.html'), '<!doctype html>')
  writeFileSync(join(built, 'assets', 'app-1.js'), 'app')
  writeFileSync(join(built, 'assets', 'app-1.js.map'), 'map')
  writeFileSync(join(built, 'notes'), 'no type')
  symlinkSync(join(folder.path, 'secret.html'), join(built, 'link.html'))
  symlinkSync(folder.path, join(built, 'up'))

  const files = await loadStaticFiles(built)
  expect([...files.keys()].sort()).toEqual(['/', '/assets/app-1.js'])
  expect(files.get('/')).toMatchObject({ type: 'text/html; charset=utf-8', cache: 'no-store' })
  expect(files.get('/assets/app-1.js')?.cache).toMatch(/immutable/)
})
