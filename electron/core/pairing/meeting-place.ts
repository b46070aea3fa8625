import { randomBytes } from 'node:crypto'
import { isDeviceId, type DeviceId } from '#shared/ids.ts'
import type { Phrase } from '#shared/words.ts'
import { sleep } from '../base/clock.ts'
import { publicKeyOf } from '../crypto/ed25519.ts'
import type { Endpoint } from '../endpoint/types.ts'
import { epochAt, meetingSeed } from './meeting.ts'
import type { Parts } from './parts.ts'
import { pairingAlpn } from './wire.ts'

/** Words, and the endpoint that waits where their first two lead. */
export interface MeetingPlace {
  readonly phrase: Phrase
  readonly epoch: number
  readonly endpoint: Endpoint
}

const maxDraws = 5
/** Neighbours answer within a tenth of a second; the internet is asked in the same time, no longer. */
const lookMs = 400

export async function openMeetingPlace(parts: Parts, signal: AbortSignal): Promise<MeetingPlace> {
  const epoch = epochAt(parts.clock.now())
  for (let drawn = 1; ; drawn++) {
    const phrase = parts.draw()
    const seed = await meetingSeed(phrase, epoch, parts.meetingSalt())
    const isLast = drawn === maxDraws
    if (isLast || !(await isTaken(parts, idOf(seed), signal))) {
      return { phrase, epoch, endpoint: await parts.openEndpoint(seed) }
    }
  }
}

export function idOf(seed: Uint8Array): DeviceId {
  const id = Buffer.from(publicKeyOf(seed)).toString('hex')
  if (!isDeviceId(id)) throw new Error('a public key of another length')
  return id
}

/** As far as can be told in so short a time: two who meet by chance could never agree anyway. */
async function isTaken(parts: Parts, id: DeviceId, signal: AbortSignal): Promise<boolean> {
  const { clock, discovery } = parts
  let heard = false
  const stopSeeking = discovery.seekMeeting(id, () => (heard = true))
  try {
    const looking = parts.lanOnly() ? Promise.resolve(false) : answers(parts, id, signal)
    await sleep(clock, lookMs, signal)
    return heard || (await Promise.race([looking, Promise.resolve(false)]))
  } finally {
    stopSeeking()
  }
}

async function answers(parts: Parts, id: DeviceId, signal: AbortSignal): Promise<boolean> {
  const endpoint = await parts.openEndpoint(randomBytes(32))
  try {
    const bounds = { deadlineMs: lookMs, signal }
    const connection = await endpoint.connect({ id, addresses: [] }, pairingAlpn, bounds)
    connection.close('clean')
    return true
  } catch {
    return false
  } finally {
    void endpoint.close()
  }
}
