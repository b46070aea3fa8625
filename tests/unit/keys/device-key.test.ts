import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLog, silentLog, type LogLine } from '#core/base/log.ts'
import { verifies } from '#core/crypto/ed25519.ts'
import { loadDeviceKey } from '#core/keys/device-key.ts'
import type { HostVault } from '#core/host.ts'
import { Fault } from '#shared/faults.ts'
import { keyFileVault, passphraseVault } from '../../../electron/headless/vault.ts'
import { flipped, fromHex, toHex } from '../../support/bytes.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const log = silentLog
const cheap = { logN: 4, r: 8, p: 1 }

function keychain(protection: HostVault['protection'] = 'keychain'): HostVault {
  const turnOver = (bytes: Uint8Array) => Promise.resolve(bytes.map((byte) => byte ^ 0x55))
  return { protection, seal: turnOver, open: turnOver }
}

function load(dataDir: string, vault = keyFileVault()) {
  return loadDeviceKey({ dataDir, vault, log })
}

test('a device key is made once and is the same at every start', async () => {
  using folder = temporaryFolder()
  const made = await load(folder.path)
  const again = await load(folder.path)
  expect(again.id).toBe(made.id)
  expect(again.seed).toEqual(made.seed)
  expect(statSync(join(folder.path, 'device.key')).mode & 0o777).toBe(0o600)
  expect(existsSync(join(folder.path, 'device.key.new'))).toBe(false)
})

test('two profiles are two devices', async () => {
  using one = temporaryFolder()
  using other = temporaryFolder()
  expect((await load(one.path)).id).not.toBe((await load(other.path)).id)
})

test('the id is the Ed25519 public key of the seed, and what it signs is verified by it', async () => {
  // RFC 8032, 7.1, test 1.
  const seed = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60')
  using folder = temporaryFolder()
  const vault: HostVault = { ...keyFileVault(), open: () => Promise.resolve(seed) }
  const made = await load(folder.path)
  const file = join(folder.path, 'device.key')
  // The envelope names another id, so only a matching one may pass: first prove it is refused.
  await expect(load(folder.path, vault)).rejects.toMatchObject({ code: 'key.damaged' })
  const message = Buffer.from('hello')
  expect(verifies(fromHex(made.id), message, made.sign(message))).toBe(true)
  expect(verifies(fromHex(made.id), Buffer.from('hullo'), made.sign(message))).toBe(false)
  expect(readFileSync(file, 'utf8')).toContain(made.id)
})

test('derived keys differ by label and device, and are as long as asked', async () => {
  using folder = temporaryFolder()
  using elsewhere = temporaryFolder()
  const key = await load(folder.path)
  const other = await load(elsewhere.path)
  const label = 'gangway/key/1/test'
  expect(key.derive(label)).toHaveLength(32)
  expect(key.derive(label, 64).subarray(0, 32)).toEqual(key.derive(label))
  expect(toHex(key.derive(label))).not.toBe(toHex(key.derive(`${label}s`)))
  expect(toHex(key.derive(label))).not.toBe(toHex(other.derive(label)))
})

test('safety 27: any damaged byte and any shorter key file is told, and never replaced', async () => {
  using folder = temporaryFolder()
  const { id } = await load(folder.path)
  const file = join(folder.path, 'device.key')
  const whole = new Uint8Array(readFileSync(file))
  const damages = [...whole.keys()].flatMap((at) => [
    flipped(whole, at, 0x01),
    flipped(whole, at, 0x20),
    flipped(whole, at, 0xff),
    whole.subarray(0, at),
  ])
  for (const damaged of damages) {
    writeFileSync(file, damaged)
    await expect(load(folder.path)).rejects.toMatchObject({ code: 'key.damaged' })
    expect(readFileSync(file).equals(damaged)).toBe(true)
  }
  writeFileSync(file, whole)
  expect((await load(folder.path)).id).toBe(id)
})

test('a key file that grew without end is damaged, and is not read whole', async () => {
  using folder = temporaryFolder()
  await load(folder.path)
  writeFileSync(join(folder.path, 'device.key'), Buffer.alloc(32 << 20, 0x20))
  await expect(load(folder.path)).rejects.toMatchObject({ code: 'key.damaged' })
})

test('a key is not opened by another passphrase, and stays for the right one', async () => {
  using folder = temporaryFolder()
  const { id } = await load(folder.path, passphraseVault('right', cheap))
  await expect(load(folder.path, passphraseVault('wrong', cheap))).rejects.toMatchObject({
    code: 'key.locked',
  })
  const again = await load(folder.path, passphraseVault('right', cheap))
  expect(again).toMatchObject({ id, protection: 'passphrase' })
})

test.each([
  ['a passphrase for a plain key', keyFileVault(), passphraseVault('any', cheap)],
  ['no passphrase for a sealed key', passphraseVault('any', cheap), keyFileVault()],
  ['a key of the keychain without it', keychain(), keyFileVault()],
  ['a passphrase for a key of the keychain', keychain(), passphraseVault('any', cheap)],
  ['a keychain for a key with a passphrase', passphraseVault('any', cheap), keychain()],
])('%s: refused in a sentence that says what to do', async (_, first, second) => {
  using folder = temporaryFolder()
  const { id } = await load(folder.path, first)
  const failure = await load(folder.path, second).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(Fault)
  expect(failure).toMatchObject({ code: 'key.locked' })
  expect((failure as Fault).message).toMatch(/GANGWAY_PASSPHRASE.*keychain/)
  expect((await load(folder.path, first)).id).toBe(id)
})

test('the desktop goes on with a plain key, and says that it is one', async () => {
  using folder = temporaryFolder()
  const { id } = await load(folder.path)
  expect(await load(folder.path, keychain())).toMatchObject({ id, protection: 'key-file' })
  expect(await load(folder.path)).toMatchObject({ id, protection: 'key-file' })
})

test('a keychain that comes and goes is still the same vault', async () => {
  using folder = temporaryFolder()
  const { id } = await load(folder.path, keychain('unprotected'))
  expect(await load(folder.path, keychain())).toMatchObject({ id, protection: 'keychain' })
})

test.skipIf(process.platform === 'win32')(
  'a key file others can read is closed to them',
  async () => {
    using folder = temporaryFolder()
    await load(folder.path)
    const file = join(folder.path, 'device.key')
    chmodSync(file, 0o644)
    const lines: LogLine[] = []
    const sink = { write: (line: LogLine) => void lines.push(line), close: () => {} }
    await loadDeviceKey({
      dataDir: folder.path,
      vault: keyFileVault(),
      log: createLog('warn', [sink]),
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(lines).toHaveLength(1)
  },
)

test('safety 6: a passphrase and the key it seals are in no file', async () => {
  using folder = temporaryFolder()
  const { seed } = await load(folder.path, passphraseVault('swordfish', cheap))
  const text = readFileSync(join(folder.path, 'device.key'), 'latin1')
  expect(text).not.toContain('swordfish')
  for (const encoding of ['hex', 'base64', 'latin1'] as const) {
    expect(text).not.toContain(Buffer.from(seed).toString(encoding))
  }
})
