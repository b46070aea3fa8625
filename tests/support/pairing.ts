import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { Fault } from '#shared/faults.ts'
import { isDeviceId, type DeviceId } from '#shared/ids.ts'
import { deviceKindSchema } from '#shared/model.ts'
import type { Phrase } from '#shared/words.ts'
import { HostExchange } from '#core/pairing/host-exchange.ts'
import { JoinerExchange } from '#core/pairing/joiner-exchange.ts'
import type { Paired, Self } from '#core/pairing/exchange.ts'
import type { Channel } from '#core/pairing/key-schedule.ts'
import type { Random } from '#core/pairing/words.ts'
import { fromHex, toHex } from './bytes.ts'

const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Bytes that look random and are the same every time: SHA-512 of the name and a counter. */
export function seeded(name: string): Random {
  let counter = 0
  return (length) => {
    const blocks = []
    for (let have = 0; have < length; have += 64) {
      blocks.push(createHash('sha512').update(`${name} ${counter++}`).digest())
    }
    return Uint8Array.from(Buffer.concat(blocks).subarray(0, length))
  }
}

export function deviceId(bytes: Uint8Array): DeviceId {
  const id = toHex(bytes)
  if (!isDeviceId(id)) throw new Error('32 bytes')
  return id
}

interface DeviceSeed {
  readonly key: string
  readonly announcementKey: string
  readonly kind: string
  readonly name: string
  readonly addresses?: readonly string[]
}

export function deviceOf(seed: DeviceSeed): Self {
  const der = Buffer.concat([ed25519Prefix, fromHex(seed.key)])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    introduction: {
      id: deviceId(spki.subarray(12)),
      announcementKey: Uint8Array.from(fromHex(seed.announcementKey)),
      kind: deviceKindSchema.parse(seed.kind),
      name: seed.name,
      addresses: seed.addresses ?? [],
    },
    sign: (statement) => sign(null, statement, key),
  }
}

/** A device with a name and a key of its own, the same for the same name. */
export function device(name: string): Self {
  const random = seeded(`device ${name}`)
  const [key, announcementKey] = [toHex(random(32)), toHex(random(32))]
  return deviceOf({ key, announcementKey, kind: 'laptop', name })
}

export const phrase: Phrase = ['orbit', 'maple', 'velvet', 'stone', 'hero']

export const channel: Channel = {
  secret: { kind: 'words', phrase, epoch: 2_900_000 },
  joiner: deviceId(seeded('joiner endpoint')(32)),
  meetingPoint: deviceId(seeded('meeting point')(32)),
}

export const names = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7'] as const
export type Message = (typeof names)[number]

interface Two {
  readonly joiner?: Partial<Channel & { self: Self; random: Random }>
  readonly host?: Partial<Channel & { self: Self; random: Random; beforeVerify: () => void }>
  /** What becomes of a message on its way. */
  readonly onTheWay?: (message: Message, bytes: Uint8Array) => Uint8Array
}

export interface Outcome {
  readonly messages: Partial<Record<Message, Uint8Array>>
  readonly joiner: Paired | null
  /** What the host holds from M6 on, while the peer is pending. */
  readonly host: Paired | null
  readonly confirmed: boolean
  readonly error: unknown
}

export const joinerDevice = device('Studio')
export const hostDevice = device('Kitchen laptop')

/** Two sides talking through whatever `onTheWay` does to them, until one of them gives up. */
export function exchange({
  joiner = {},
  host = {},
  onTheWay = (_, bytes) => bytes,
}: Two = {}): Outcome {
  const messages: Partial<Record<Message, Uint8Array>> = {}
  const pass = (name: Message, bytes: Uint8Array) => {
    messages[name] = bytes
    return onTheWay(name, bytes)
  }
  const at: { joiner: Paired | null; host: Paired | null } = { joiner: null, host: null }
  using j = new JoinerExchange({ ...channel, self: joinerDevice, ...joiner })
  using h = new HostExchange({
    ...channel,
    self: hostDevice,
    beforeVerify: () => undefined,
    ...host,
  })
  try {
    const m2 = pass('m2', h.onM1(pass('m1', j.start())))
    const m4 = pass('m4', h.onM3(pass('m3', j.onM2(m2))))
    h.onM5(pass('m5', j.onM4(m4)))
    const accepted = h.accept()
    at.host = accepted.paired
    const closing = j.onM6(pass('m6', accepted.message))
    at.joiner = closing.paired
    h.onM7(pass('m7', closing.message))
    return { messages, ...at, confirmed: true, error: null }
  } catch (error) {
    return { messages, ...at, confirmed: false, error }
  }
}

export function codeOf({ error }: Outcome): string {
  if (!(error instanceof Fault)) throw new Error('no fault', { cause: error })
  return error.code
}

/** Neither side trusts the other; the host may at most hold a pending peer that proves nothing. */
export function gaveUp({ error, joiner, confirmed }: Outcome): boolean {
  return error instanceof Fault && joiner === null && !confirmed
}
