import { describe, expect, test } from 'vitest'
import { isDeviceId } from '#shared/ids.ts'
import { isPhrase } from '#shared/words.ts'
import { meetingSeed } from '#core/pairing/meeting.ts'
import type { PairingSecret } from '#core/pairing/key-schedule.ts'
import type { Random } from '#core/pairing/words.ts'
import { fromHex, toHex } from '../support/bytes.ts'
import { deviceOf, exchange, names } from '../support/pairing.ts'
import vectors from './pairing-1.json' with { type: 'json' }

/** Hands out what the vector holds, in the order in which a side asks for it. */
function drawn(hex: readonly string[]): Random {
  const rest = hex.map(fromHex)
  return (length) => {
    const next = rest.shift()
    if (next?.length !== length) throw new Error('the vector has other randomness')
    return next
  }
}

function secretOf(secret: (typeof vectors.exchanges)[number]['secret']): PairingSecret {
  if (secret.ticket !== undefined) return { kind: 'ticket', bytes: fromHex(secret.ticket) }
  if (!isPhrase(secret.words)) throw new Error('five words')
  return { kind: 'words', phrase: secret.words, epoch: secret.epoch }
}

describe('gangway/pairing/1', () => {
  test.each(vectors.exchanges)('by $name: every message and the root', (vector) => {
    const { joiner, meetingPoint } = vector
    if (!isDeviceId(joiner) || !isDeviceId(meetingPoint)) throw new Error('two endpoint ids')
    const channel = { secret: secretOf(vector.secret), joiner, meetingPoint }
    const outcome = exchange({
      joiner: {
        ...channel,
        self: deviceOf(vector.joinerDevice),
        random: drawn(vector.joinerRandom),
      },
      host: { ...channel, self: deviceOf(vector.hostDevice), random: drawn(vector.hostRandom) },
    })
    expect(outcome.error).toBeNull()
    for (const name of names) {
      expect(toHex(outcome.messages[name] ?? new Uint8Array()), name).toBe(vector.messages[name])
    }
    expect(toHex(outcome.joiner?.root ?? new Uint8Array())).toBe(vector.root)
    expect(toHex(outcome.host?.root ?? new Uint8Array())).toBe(vector.root)
  })

  test('the meeting point', async () => {
    const { words, epoch, seed } = vectors.meeting
    if (!isPhrase(words)) throw new Error('five words')
    expect(toHex(await meetingSeed(words, epoch))).toBe(seed)
  })
})
