import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
  sign,
} from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault } from '#shared/faults.ts'
import { isDeviceId, type DeviceId } from '#shared/ids.ts'
import { keyProtectionSchema, type KeyProtection } from '#shared/model.ts'
import type { Log } from '../base/log.ts'
import type { HostVault } from '../host.ts'
import { closeToOthers, diskFault, isOpenToOthers, readSmall, writeAtomically } from './files.ts'

/** Who this device is. Everything secret it has is derived from the seed. */
export interface DeviceKey {
  readonly id: DeviceId
  /** For the endpoint, which proves with it who we are. */
  readonly seed: Uint8Array
  /** How it rests on this computer, as it really is. */
  readonly protection: KeyProtection
  sign(message: Uint8Array): Uint8Array
  /** A key for one purpose; labels look like `gangway/key/1/<purpose>`. */
  derive(label: string, length?: number): Uint8Array
}

const seedLength = 32
const maxFileBytes = 16 * 1024

/** What stands before the 32 seed bytes in PKCS #8, and how long what stands before them in SPKI is. */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicPrefixLength = 12

const envelopeSchema = z.strictObject({
  format: z.literal('gangway/device-key/1'),
  protection: keyProtectionSchema,
  id: z.string().refine(isDeviceId),
  sealed: z.base64(),
  /** Tells damage from a wrong passphrase, which only the vault can tell from a right one. */
  sum: z.string(),
})
type Envelope = z.infer<typeof envelopeSchema>

/** Made once, then for ever the same: a key that does not open is a fault, never a reason for a new one. */
export async function loadDeviceKey(options: {
  readonly dataDir: string
  readonly vault: HostVault
  readonly log: Log
}): Promise<DeviceKey> {
  const file = join(options.dataDir, 'device.key')
  try {
    const bytes = await readSmall(file, maxFileBytes)
    if (bytes === null) return await make(file, options.vault)
    await keepPrivate(file, options.log)
    return await unseal(file, bytes.toString('utf8'), options.vault)
  } catch (error) {
    throw diskFault(error, options.dataDir)
  }
}

async function make(file: string, vault: HostVault): Promise<DeviceKey> {
  const seed = new Uint8Array(randomBytes(seedLength))
  const sealed = await vault.seal(seed)
  const key = deviceKey(seed, vault.protection)
  const envelope = withSum({
    format: 'gangway/device-key/1',
    protection: key.protection,
    id: key.id,
    sealed: Buffer.from(sealed).toString('base64'),
  })
  await writeAtomically(file, textOf(envelope))
  return key
}

async function unseal(file: string, text: string, vault: HostVault): Promise<DeviceKey> {
  const envelope = parse(text)
  if (envelope === null) throw new Fault('key.damaged', { file })
  const sealed = Buffer.from(envelope.sealed, 'base64')
  const seed = await openWith(vault, envelope, sealed, file)
  if (seed.length !== seedLength) throw new Fault('key.damaged', { file })
  const isPlain = envelope.protection === 'key-file'
  const key = deviceKey(Uint8Array.from(seed), isPlain ? 'key-file' : vault.protection)
  if (key.id !== envelope.id) throw new Fault('key.damaged', { file })
  return key
}

async function openWith(
  vault: HostVault,
  { protection }: Envelope,
  sealed: Uint8Array,
  file: string,
): Promise<Uint8Array> {
  // The desktop goes on with a key that was made without it; a passphrase that protects nothing
  // would only seem to.
  if (protection === 'key-file' && isDesktop(vault.protection)) return sealed
  const isItsOwn =
    protection === vault.protection || (isDesktop(protection) && isDesktop(vault.protection))
  if (!isItsOwn) throw new Fault('key.locked')
  try {
    return await vault.open(sealed)
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('key.damaged', { file }, { cause: error })
  }
}

/** One vault: whether there is a keychain can change from one session of the desktop to the next. */
function isDesktop(protection: KeyProtection): boolean {
  return protection === 'keychain' || protection === 'unprotected'
}

async function keepPrivate(file: string, log: Log): Promise<void> {
  const { mode } = await stat(file)
  if (!isOpenToOthers(mode)) return
  await closeToOthers(file)
  log.warn('the key file was readable by others and is not any more')
}

function parse(text: string): Envelope | null {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  const { data: envelope } = envelopeSchema.safeParse(json)
  // There is one way to write it: whatever differs from that was not written by us.
  return envelope && textOf(withSum(envelope)) === text ? envelope : null
}

function withSum({ format, protection, id, sealed }: Omit<Envelope, 'sum'>): Envelope {
  const sum = createHash('sha256').update([format, protection, id, sealed].join('\n')).digest('hex')
  return { format, protection, id, sealed, sum }
}

function textOf(envelope: Envelope): string {
  return `${JSON.stringify(envelope)}\n`
}

function deviceKey(seed: Uint8Array, protection: KeyProtection): DeviceKey {
  const der = Buffer.concat([privatePrefix, seed])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const id = spki.subarray(publicPrefixLength).toString('hex')
  if (!isDeviceId(id)) throw new Error('an Ed25519 public key of another length')
  return {
    id,
    seed,
    protection,
    sign: (message) => sign(null, message, privateKey),
    derive: (label, length = 32) =>
      new Uint8Array(hkdfSync('sha512', seed, 'gangway', label, length)),
  }
}
