import type { SafeStorage } from 'electron'
import { Fault } from '#shared/faults.ts'
import type { KeyProtection } from '#shared/model.ts'
import type { HostVault } from '#core/host.ts'

/**
 * Seals the device key with the keychain of the system. Where there is none (a Linux desktop
 * without a keyring), the key rests in the profile, readable by this user only, and the person is
 * told so. The first byte of what is sealed says which of the two it was.
 */
const byKeychain = 1
const inTheOpen = 2

// Chromium marks with this what it sealed with a password that is the same on every computer.
const sealedWithKnownPassword = Buffer.from('v10')

type Storage = Pick<
  SafeStorage,
  | 'isAsyncEncryptionAvailable'
  | 'encryptStringAsync'
  | 'decryptStringAsync'
  | 'getSelectedStorageBackend'
>

export async function openKeychain(
  storage: Storage,
  platform: NodeJS.Platform = process.platform,
): Promise<HostVault> {
  const isLinux = platform === 'linux'
  const available = await storage.isAsyncEncryptionAvailable()
  const hasKeychain =
    available && !(isLinux && storage.getSelectedStorageBackend() === 'basic_text')
  if (!hasKeychain && !isLinux) throw new Fault('key.locked')
  let protection: KeyProtection = hasKeychain ? 'keychain' : 'unprotected'

  function noteHow(sealed: Buffer): void {
    const open = isLinux && sealed.subarray(0, 3).equals(sealedWithKnownPassword)
    protection = open ? 'unprotected' : 'keychain'
  }

  async function seal(secret: Uint8Array): Promise<Uint8Array> {
    if (!hasKeychain) return Buffer.concat([Buffer.of(inTheOpen), secret])
    const sealed = await storage.encryptStringAsync(Buffer.from(secret).toString('base64'))
    noteHow(sealed)
    return Buffer.concat([Buffer.of(byKeychain), sealed])
  }

  async function open(sealed: Uint8Array): Promise<Uint8Array> {
    const body = Buffer.from(sealed.subarray(1))
    if (sealed[0] === inTheOpen) {
      protection = 'unprotected'
      return body
    }
    if (sealed[0] !== byKeychain || !available) throw new Fault('key.locked')
    try {
      const { result } = await storage.decryptStringAsync(body)
      noteHow(body)
      return Buffer.from(result, 'base64')
    } catch (cause) {
      throw new Fault('key.locked', {}, { cause })
    }
  }

  return {
    get protection() {
      return protection
    },
    seal,
    open,
  }
}
