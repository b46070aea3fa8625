import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { apiTokenOf, tokenChecker } from '../../../electron/headless/api-token.ts'
import { takeSecrets } from '../../../electron/headless/secrets.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const strong = 'correct-horse-battery-staple'

describe('safety 6: secrets come from the environment or from files', () => {
  test('and leave the environment at once', () => {
    const env = { GANGWAY_PASSPHRASE: 'any words', GANGWAY_PASSWORD: strong, OTHER: 'x' }
    const secrets = takeSecrets(env)
    expect(env).toEqual({ OTHER: 'x' })
    expect(secrets.passphrase()).toBe('any words')
    expect(secrets.password()).toBe(strong)
    expect(secrets.apiToken()).toBeUndefined()
  })

  test('a file ends with a newline or not', () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'secret')
    const secrets = takeSecrets({ GANGWAY_API_TOKEN_FILE: file })
    expect(() => secrets.apiToken()).toThrow('GANGWAY_API_TOKEN_FILE names no readable secret')
    for (const text of [strong, `${strong}\n`, `${strong}\r\n`]) {
      writeFileSync(file, text)
      expect(secrets.apiToken()).toBe(strong)
    }
  })

  test.each(['short', 'twenty letters and spaces', `${strong}#`, 'ä'.repeat(30)])(
    'safety 29: %j opens no page and no API',
    (weak) => {
      const secrets = takeSecrets({
        GANGWAY_PASSWORD: weak,
        GANGWAY_API_TOKEN: weak,
      })
      expect(() => secrets.password()).toThrow('GANGWAY_PASSWORD needs 20 to 256')
      expect(() => secrets.apiToken()).toThrow('GANGWAY_API_TOKEN needs 20 to 256')
    },
  )
})

describe('safety 29: the token for scripts', () => {
  test('is made once, and only this user can read it', () => {
    using folder = temporaryFolder()
    const token = apiTokenOf(folder.path, undefined)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(apiTokenOf(folder.path, undefined)).toBe(token)
    const file = join(folder.path, 'api-token')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toBe(`${token}\n`)
    chmodSync(file, 0o644)
    expect(() => apiTokenOf(folder.path, undefined)).toThrow('cannot be used')
    expect(apiTokenOf(folder.path, strong)).toBe(strong)
  })

  test('is compared whole', () => {
    const isToken = tokenChecker(strong)
    expect(['', strong.slice(0, -1), `${strong}x`, strong].map(isToken)).toEqual([
      false,
      false,
      false,
      true,
    ])
  })
})
