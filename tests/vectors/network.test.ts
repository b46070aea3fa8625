import { describe, expect, test } from 'vitest'
import { isDeviceId, type DeviceId } from '#shared/ids.ts'
import { isPhrase } from '#shared/words.ts'
import { meetingSeed } from '#core/pairing/meeting.ts'
import { NetworkKey } from '#core/private-network/network-key.ts'
import { sealedDialect } from '#core/private-network/sealed-dialect.ts'
import { fromHex, toHex } from '../support/bytes.ts'
import { FakeClock } from '../support/fake-clock.ts'
import vectors from './network-1.json' with { type: 'json' }

const key = new NetworkKey(fromHex(vectors.key))

function idIn(text: string): DeviceId {
  if (!isDeviceId(text)) throw new Error('not an id')
  return text
}

describe('gangway/network/1', () => {
  test('the text of a key, and its fingerprint', () => {
    expect(key.text).toBe(vectors.text)
    expect(toHex(NetworkKey.read(vectors.text).bytes)).toBe(vectors.key)
    expect(key.fingerprint).toBe(vectors.fingerprint)
  })

  test('the name of a protocol, and what both sides prove', () => {
    const { dialler, accepter, nonce, name, diallerProof, accepterProof } = vectors.connection
    const alpn = 'gangway/message/1'
    expect(vectors.connection.alpn).toBe(alpn)
    expect(key.alpn(alpn, idIn(accepter))).toBe(name)
    const ends = { alpn, dialler: idIn(dialler), accepter: idIn(accepter) } as const
    expect(toHex(key.proof('dialler', ends, fromHex(nonce)))).toBe(diallerProof)
    expect(toHex(key.proof('accepter', ends, fromHex(nonce)))).toBe(accepterProof)
  })

  test('an announcement', () => {
    const { epoch, type, instance, plain, ...txt } = vectors.announcement
    const clock = new FakeClock(epoch * 600_000)
    const dialect = sealedDialect(key, clock)
    const { p4: _, ...inside } = JSON.parse(plain)
    const spoken = dialect.speak({ instance, ports: { v4: 4433, v6: null }, txt: inside })
    expect(spoken).toEqual({ type, instance, ports: { v4: null, v6: null }, txt })
    const heard = { instance, ports: spoken.ports, txt: new Map(Object.entries(txt)) }
    expect(dialect.understand({ ...heard, addresses: [] })).toMatchObject({
      ports: { v4: 4433, v6: null },
      txt: new Map(Object.entries(JSON.parse(plain))),
    })
  })

  test('the meeting point', async () => {
    const { words, epoch, salt, seed } = vectors.meeting
    if (!isPhrase(words)) throw new Error('five words')
    expect(toHex(key.meeting)).toBe(salt)
    expect(toHex(await meetingSeed(words, epoch, key.meeting))).toBe(seed)
  })
})
