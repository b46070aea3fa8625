import { describe, expect, it } from 'vitest'
import { openKeychain } from '../../../electron/shell/keychain.ts'

type Storage = Parameters<typeof openKeychain>[0]

/** A keyring that marks what it sealed as Chromium does. */
function keyring(mark: string, more: Partial<Storage> = {}): Storage {
  return {
    isAsyncEncryptionAvailable: async () => true,
    getSelectedStorageBackend: () => 'gnome_libsecret',
    encryptStringAsync: async (text) => Buffer.from(mark + text),
    decryptStringAsync: async (sealed) => {
      if (!sealed.toString().startsWith(mark)) throw new Error('sealed by another')
      return { result: sealed.toString().slice(mark.length), shouldReEncrypt: false }
    },
    ...more,
  }
}

const basicText = keyring('v10', { getSelectedStorageBackend: () => 'basic_text' })
const missing = keyring('v11', { isAsyncEncryptionAvailable: async () => false })
const secret = Uint8Array.from({ length: 32 }, (_, index) => 255 - index)

describe('safety 33: the key rests in the keychain, or is shown as unprotected', () => {
  it('what the keychain sealed, it opens', async () => {
    const vault = await openKeychain(keyring('v11'), 'linux')
    const sealed = await vault.seal(secret)
    expect(Buffer.from(sealed).includes(Buffer.from(secret))).toBe(false)
    expect(Uint8Array.from(await vault.open(sealed))).toEqual(secret)
    expect(vault.protection).toBe('keychain')
  })

  it.each([
    ['basic_text', basicText],
    ['no keyring', missing],
  ])('%s: works, and says unprotected', async (_name, storage) => {
    const vault = await openKeychain(storage, 'linux')
    expect(vault.protection).toBe('unprotected')
    expect(Uint8Array.from(await vault.open(await vault.seal(secret)))).toEqual(secret)
    expect(vault.protection).toBe('unprotected')
  })

  it('a backend that promises a keyring and seals with the known password is unprotected', async () => {
    const vault = await openKeychain(keyring('v10'), 'linux')
    const sealed = await vault.seal(secret)
    expect(vault.protection).toBe('unprotected')
    const later = await openKeychain(keyring('v10'), 'linux')
    await later.open(sealed)
    expect(later.protection).toBe('unprotected')
  })

  it('a key that rests in the open stays unprotected after a keyring appears', async () => {
    const sealed = await (await openKeychain(missing, 'linux')).seal(secret)
    const vault = await openKeychain(keyring('v11'), 'linux')
    expect(Uint8Array.from(await vault.open(sealed))).toEqual(secret)
    expect(vault.protection).toBe('unprotected')
  })

  it('elsewhere `v10` is the keychain’s own mark', async () => {
    const vault = await openKeychain(keyring('v10'), 'darwin')
    await vault.seal(secret)
    expect(vault.protection).toBe('keychain')
  })

  it('is locked without a keychain where every system has one', async () => {
    await expect(openKeychain(missing, 'darwin')).rejects.toMatchObject({ code: 'key.locked' })
    await expect(openKeychain(missing, 'win32')).rejects.toMatchObject({ code: 'key.locked' })
  })

  it('is locked when the keyring is another, is gone, or what is there is not ours', async () => {
    const sealed = await (await openKeychain(keyring('v11'), 'linux')).seal(secret)
    for (const storage of [keyring('v12'), missing]) {
      const vault = await openKeychain(storage, 'linux')
      await expect(vault.open(sealed)).rejects.toMatchObject({ code: 'key.locked' })
    }
    const vault = await openKeychain(keyring('v11'), 'linux')
    for (const odd of [new Uint8Array(), Uint8Array.of(3, 1), Uint8Array.of(1)]) {
      await expect(vault.open(odd)).rejects.toMatchObject({ code: 'key.locked' })
    }
  })
})
