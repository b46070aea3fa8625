import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { runGangway } from '../../support/node-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const own = closing()

function profile() {
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  return folder.path
}

test('a network key is made on one device and joined on another, and never an argument', async () => {
  const [one, other] = [profile(), profile()]
  const network = (dataDir: string, words: readonly string[], stdin = '', env = {}) =>
    runGangway(['network', ...words, '--json', '--lan-only', '--data-dir', dataDir], { stdin, env })
  const file = join(profile(), 'key')
  const made = JSON.parse((await network(one, ['create', '--file', file])).stdout)
  expect(made).toEqual({ event: 'created', fingerprint: expect.any(String), file })
  const key = readFileSync(file, 'utf8').trim()
  expect(statSync(file).mode & 0o777).toBe(0o600)

  const slipped = await network(other, ['join'], `${key.slice(0, -1)}b\n`)
  expect(slipped.code).toBe(2)
  expect(JSON.parse(slipped.stdout)).toMatchObject({ code: 'network.key' })
  expect((await network(other, ['join', key])).code).toBe(2)
  const { fingerprint } = made
  expect(JSON.parse((await network(other, ['join'], `${key}\n`)).stdout)).toEqual({
    event: 'joined',
    fingerprint,
  })
  const status = async (env = {}) => JSON.parse((await network(other, ['status'], '', env)).stdout)
  const joined = { privateNetwork: { fingerprint, given: false }, elsewhere: [] }
  expect(await status()).toEqual(joined)
  expect(JSON.parse((await network(other, ['leave'])).stdout)).toEqual({ event: 'left' })
  expect(await status()).toEqual({ privateNetwork: null, elsewhere: [] })
  const given = { privateNetwork: { fingerprint, given: true }, elsewhere: [] }
  expect(await status({ GANGWAY_NETWORK_KEY_FILE: file })).toEqual(given)
}, 90_000)
