import fc from 'fast-check'
import { decode, encode, type Answer } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../support/fake-clock.ts'
import { FakeLan } from '../../support/fake-lan.ts'
import { fakeId, fakeKey, keysOf, openNode } from '../../support/discovery-nodes.ts'
import { announcementTag } from '#core/discovery/announcement.ts'
import { openDialect } from '#core/discovery/dialect.ts'
import { encodeGoodbye, encodeService, readPacket, type Service } from '#core/discovery/packets.ts'

let clock: FakeClock
let lan: FakeLan
let ada: Awaited<ReturnType<typeof openNode>>

beforeEach(async () => {
  clock = new FakeClock()
  lan = new FakeLan()
  ada = await openNode('ada', { clock, network: lan.host('10.0.0.1'), knownKeys: keysOf('bob') })
  await clock.advance(2_000)
})

afterEach(() => ada.close())

const ports = { v4: 4433, v6: null }
const types = openDialect.types()
const encoded = (service: Service, addresses: readonly string[]) =>
  encodeService(openDialect.speak(service), addresses)
const epoch = () => Math.floor(clock.now() / 600_000)
const instanceOf = (n: number) => n.toString(16).padStart(32, '0')
const tagText = (word: string, instance: string) =>
  announcementTag(fakeKey(word), epoch(), instance).toString('base64url')

function claim(n: number, txt: Record<string, string> = {}, addresses: string[] = []): Uint8Array {
  const instance = instanceOf(n)
  const tag = tagText(`nobody ${n}`, instance)
  const open = { id: fakeId(`made up ${n}`), name: 'Rogue', kind: 'laptop' }
  return encoded({ instance, ports, txt: { v: '1', tag, ...open, ...txt } }, addresses)
}

function bobs(instance: string, addresses: string[] = []): Uint8Array {
  return encoded({ instance, ports, txt: { v: '1', tag: tagText('bob', instance) } }, addresses)
}

describe('a tag', () => {
  test('safety 35: is bound to its key, its epoch and its instance, and is 16 bytes', () => {
    const tag = announcementTag(fakeKey('bob'), 7, instanceOf(1))
    expect(tag).toHaveLength(16)
    expect(announcementTag(fakeKey('bob'), 7, instanceOf(1))).toEqual(tag)
    expect(announcementTag(fakeKey('eve'), 7, instanceOf(1))).not.toEqual(tag)
    expect(announcementTag(fakeKey('bob'), 8, instanceOf(1))).not.toEqual(tag)
    expect(announcementTag(fakeKey('bob'), 7, instanceOf(2))).not.toEqual(tag)
  })

  test('safety 1: moved to another instance is not recognised', () => {
    const tag = tagText('bob', instanceOf(1))
    const moved = { instance: instanceOf(2), ports, txt: { v: '1', tag } }
    lan.inject(encoded(moved, []), '10.0.0.66')
    expect(ada.nearby.rows).toEqual([])
    lan.inject(bobs(instanceOf(2)), '10.0.0.2')
    expect(ada.sees('bob')).toBeDefined()
  })

  test('safety 1: a replayed announcement adds a wrong hint after the right one, and no more', () => {
    const heard = bobs(instanceOf(1), ['10.0.0.2'])
    lan.inject(heard, '10.0.0.2')
    lan.inject(heard, '10.0.0.66')
    expect(ada.addressesOf(fakeId('bob'))).toEqual(['10.0.0.2:4433', '10.0.0.66:4433'])
  })

  test('safety 1: nobody speaks for a device while the device itself is heard', () => {
    const impostor = claim(1, { id: fakeId('bob'), name: 'Free Wi-Fi' })
    lan.inject(impostor, '10.0.0.66')
    lan.inject(bobs(instanceOf(2)), '10.0.0.2')
    lan.inject(impostor, '10.0.0.66')
    expect(ada.sees('bob')).toMatchObject({ name: null, addresses: ['10.0.0.2:4433'] })
  })
})

describe('what a packet claims', () => {
  test('our own id from elsewhere is not a device nearby', () => {
    lan.inject(claim(1, { id: fakeId('ada') }), '10.0.0.66')
    expect(ada.nearby.rows).toEqual([])
  })

  test('a name with invisible or too many characters is left out, the device stays', () => {
    const names = ['\u202Egnp.exe', 'x'.repeat(65), 'two\nlines', '   ']
    for (const [n, name] of names.entries()) lan.inject(claim(n, { name }), '10.0.0.66')
    expect(ada.nearby.rows.map(({ name }) => name)).toEqual(names.map(() => null))
  })

  test('another version, a bad tag or a bad id is not listed', () => {
    lan.inject(claim(1, { v: '2' }), '10.0.0.66')
    lan.inject(claim(2, { tag: 'short' }), '10.0.0.66')
    lan.inject(claim(3, { id: fakeId('x').toUpperCase() }), '10.0.0.66')
    expect(ada.nearby.rows).toEqual([])
  })

  test('only addresses of our own networks are tried, so nobody aims us at the internet', () => {
    const aims = ['8.8.8.8', '127.0.0.1', '224.0.0.251', '0.0.0.0', '192.168.7.7', '10.0.0.9']
    const more = ['::1', '::ffff:8.8.8.8', '2001:4860:4860::8888', 'fe80::1', 'ff02::1']
    lan.inject(claim(1, { p6: '4434' }, [...aims, ...more]), '10.0.0.66')
    expect(ada.addressesOf(fakeId('made up 1'))).toEqual(['10.0.0.66:4433', '10.0.0.9:4433'])
  })

  test('packets from outside our networks are not heard', () => {
    lan.inject(claim(1, {}, ['10.0.0.9']), '8.8.8.8')
    lan.inject(claim(2, {}, ['10.0.0.9']), '10.0.1.2')
    expect(ada.nearby.rows).toEqual([])
  })

  test('at most 16 addresses are kept', () => {
    const addresses = Array.from({ length: 60 }, (_, n) => `10.0.0.${n + 100}`)
    lan.inject(claim(1, {}, addresses), '10.0.0.66')
    expect(ada.addressesOf(fakeId('made up 1'))).toHaveLength(16)
  })
})

describe('safety 8: floods and garbage', () => {
  test('made-up devices are bounded in rate and number, and do not keep a known one out', async () => {
    for (let n = 0; n < 200; n++) lan.inject(claim(n), '10.0.0.66')
    expect(ada.nearby.rows).toHaveLength(64)
    for (let second = 0; second < 25; second++) {
      await clock.advance(1_000)
      for (let n = 0; n < 100; n++) lan.inject(claim(1_000 * second + n), '10.0.0.66')
    }
    expect(ada.nearby.rows).toHaveLength(256)
    lan.inject(bobs(instanceOf(7)), '10.0.0.2')
    expect(ada.sees('bob')).toBeDefined()
    await clock.advance(31_000)
    expect(ada.nearby.rows).toEqual([])
  })

  test('safety 9: keys are not tried without end for what strangers say', async () => {
    let looks = 0
    const knownKeys = () => {
      looks += 1
      return keysOf('bob')()
    }
    const eve = await openNode('eve', { clock, network: lan.host('10.0.0.3'), knownKeys })
    await clock.advance(2_000)
    looks = 0
    for (let second = 0; second < 10; second++) {
      for (let n = 0; n < 200; n++) lan.inject(claim(second * 1_000 + n), '10.0.0.66')
      await clock.advance(1_000)
    }
    expect(looks).toBeLessThan(650)
    for (let n = 0; n < 2_000; n++) lan.inject(claim(20_000 + n), `10.0.0.${(n % 200) + 10}`)
    expect(looks).toBeLessThan(1_100)
    await eve.close()
  })

  test('one device from a thousand sources stays one short row', () => {
    for (let n = 0; n < 250; n++) lan.inject(bobs(instanceOf(1)), `10.0.0.${n + 2}`)
    expect(ada.nearby.rows).toHaveLength(1)
    expect(ada.addressesOf(fakeId('bob'))).toHaveLength(8)
  })

  test('questions by the thousand get one answer a second', async () => {
    const question = encode({
      type: 'query',
      questions: [{ name: '_gangway._udp.local', type: 'PTR' }],
    })
    const answers = () =>
      lan.packets.flatMap((packet) => readPacket(packet, types)?.services ?? []).length
    await clock.advance(30_000)
    const before = answers()
    for (let second = 0; second < 10; second++) {
      for (let n = 0; n < 100; n++) lan.inject(question, '10.0.0.66')
      await clock.advance(1_000)
    }
    expect(answers() - before).toBeGreaterThanOrEqual(8)
    expect(answers() - before).toBeLessThanOrEqual(11)
  })

  test('a packet that claims more records than we would look at is not even decoded', () => {
    const filler: Answer = { name: 'x', type: 'A', ttl: 1, data: '10.0.0.1' }
    const { answers = [] } = decode(Buffer.from(claim(1)))
    const packet = (length: number) => {
      const fillers = Array.from({ length }, () => filler)
      return encode({ type: 'response', answers: [...answers, ...fillers] })
    }
    expect(readPacket(packet(100), types)?.services).toHaveLength(1)
    expect(readPacket(packet(126), types)).toBeNull()
  })

  test('no bytes whatever crash it', () => {
    const seeds = [
      claim(1, {}, ['10.0.0.66', 'fd00::1']),
      bobs(instanceOf(1)),
      encodeGoodbye({ instance: instanceOf(1), type: types[0] ?? '' }),
    ]
    const mangled = fc
      .tuple(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat({ max: 600 }), fc.nat({ max: 255 })), { maxLength: 8 }),
        fc.nat({ max: 600 }),
      )
      .map(([seed, flips, length]) => {
        const bytes = Buffer.from(seed).subarray(0, Math.max(length, 20))
        for (const [at, value] of flips) bytes[at % bytes.length] = value
        return bytes
      })
    const noise = fc
      .uint8Array({ maxLength: 300 })
      .map((bytes) => Buffer.concat([Buffer.from('\0\0\x84\0\0\0\0\x03\0\0\0\0_gangway'), bytes]))
    fc.assert(
      fc.property(fc.oneof(mangled, noise), (packet) => {
        lan.packets.length = 0
        expect(() => lan.inject(packet, '10.0.0.66')).not.toThrow()
        readPacket(packet, types)
      }),
      { numRuns: 2_000 },
    )
  })

  test('records of every other type in one packet with ours do no harm', () => {
    const foreign: Answer[] = [
      { name: '_ipp._tcp.local', type: 'PTR', data: 'printer._ipp._tcp.local' },
      { name: 'printer.local', type: 'A', data: '10.0.0.5' },
      { name: 'x.local', type: 'HINFO', data: { cpu: 'a', os: 'b' } },
    ]
    const { answers = [] } = decode(Buffer.from(bobs(instanceOf(1))))
    lan.inject(encode({ type: 'response', answers: [...foreign, ...answers] }), '10.0.0.2')
    expect(ada.sees('bob')?.addresses).toEqual(['10.0.0.2:4433'])
  })
})
