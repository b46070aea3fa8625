import { randomBytes, randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import * as natPmp from '#core/gateway/nat-pmp.ts'
import * as pcp from '#core/gateway/pcp.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
const nonce = hex('00112233445566778899aabb')
const held = { host: '198.51.100.7', port: 40_000 }
const request = { source: '192.168.1.20', nonce, port: 50_000, held: null, seconds: 1_200 }

/** The request of RFC 6887, 7.1 and 11.1, field by field. */
const mapBytes = hex(`
  02 01 0000 000004b0
  00000000000000000000ffff c0a80114
  00112233445566778899aabb 06 000000 c350 0000
  00000000000000000000ffff 00000000`)

/** An answer of 7.2 and 11.1 to it. */
const mappedBytes = hex(`
  02 81 00 00 000004b0 00001267 000000000000000000000000
  00112233445566778899aabb 06 000000 c350 9c40
  00000000000000000000ffff c6336407`)

/** The bytes with some of them replaced. */
const bent = (bytes: Buffer, at: number, ...others: readonly number[]) => {
  const copy = Buffer.from(bytes)
  copy.set(others, at)
  return copy
}

describe('PCP, as RFC 6887 lays it out', () => {
  test('asking for a port, for the same again, and for no more of it', () => {
    expect(pcp.mapRequest(request)).toEqual(mapBytes)
    const again = pcp.mapRequest({ ...request, held })
    expect(again.subarray(42)).toEqual(hex('9c40 00000000000000000000ffff c6336407'))
    expect(pcp.mapRequest({ ...request, seconds: 0 }).subarray(4, 8)).toEqual(hex('00000000'))
    const announce = hex('02 00 0000 00000000 00000000000000000000ffff c0a80114')
    expect(pcp.announceRequest('192.168.1.20')).toEqual(announce)
  })

  test('an answer', () => {
    expect(pcp.readMapped(mappedBytes, request)).toEqual({ ...held, seconds: 1_200 })
    expect(pcp.readMapped(Buffer.concat([mappedBytes, hex('01020304')]), request)).not.toBeNull()
  })

  test.each([
    ['not authorised', bent(mappedBytes, 3, 2)],
    ['no resources', bent(mappedBytes, 3, 8)],
    ['an IPv6 address', bent(mappedBytes, 44, 0x20, 0x01)],
    ['no port', bent(mappedBytes, 42, 0, 0)],
  ])('%s: refused', (_, bytes) => {
    expect(pcp.readMapped(bytes, request)).toBe('refused')
  })

  test.each([
    ['another nonce', bent(mappedBytes, 24, 0xff)],
    ['another port', bent(mappedBytes, 40, 0xff)],
    ['UDP', bent(mappedBytes, 36, 17)],
    ['another version', bent(mappedBytes, 0, 1)],
    ['NAT-PMP', bent(mappedBytes, 0, 0)],
    ['a request', bent(mappedBytes, 1, 1)],
    ['another question', bent(mappedBytes, 1, 0x82)],
    ['cut off', mappedBytes.subarray(0, 56)],
    ['the header only', mappedBytes.subarray(0, 24)],
    ['no multiple of four', Buffer.concat([mappedBytes, hex('00')])],
    ['too long', Buffer.concat([mappedBytes, Buffer.alloc(1_100)])],
    ['nothing', Buffer.alloc(0)],
  ])('%s: no answer at all', (_, bytes) => {
    expect(pcp.readMapped(bytes, request)).toBeNull()
  })

  test('who speaks it says so, whatever the result; who speaks another version does not', () => {
    const announced = hex('02 80 00 00 00000000 00001267 000000000000000000000000')
    expect(pcp.readAnnounced(announced)).toBe(true)
    expect(pcp.readAnnounced(bent(announced, 3, 4))).toBe(true)
    expect(pcp.readAnnounced(bent(announced, 3, 1))).toBe(false)
    expect(pcp.readAnnounced(hex('00 80 0001 00001267'))).toBe(false)
    expect(pcp.readAnnounced(hex('00 81 0001 00001267'))).toBeNull()
  })
})

describe('NAT-PMP, as RFC 6886 lays it out', () => {
  const wanted = { port: 50_000, external: 50_000, seconds: 1_200 }

  test('asking for the address outside, and for a port', () => {
    expect(natPmp.addressRequest).toEqual(hex('00 00'))
    expect(natPmp.mapRequest(wanted)).toEqual(hex('00 02 0000 c350 c350 000004b0'))
  })

  test('answers', () => {
    expect(natPmp.readAddress(hex('00 80 0000 00001267 c6336407'))).toEqual({ host: held.host })
    const mapped = hex('00 82 0000 00001267 c350 9c40 000004b0')
    expect(natPmp.readMapped(mapped, wanted)).toEqual({ port: 40_000, seconds: 1_200 })
  })

  test('refusals, which may be short', () => {
    expect(natPmp.readAddress(hex('00 80 0003 00001267'))).toBe('refused')
    expect(natPmp.readAddress(hex('02 80 0001 00000000 00001267'))).toBe('unknown')
    expect(natPmp.readMapped(hex('00 82 0002 00001267 c350 0000 00000000'), wanted)).toBe('refused')
  })

  test.each([
    ['another port', '00 82 0000 00001267 c351 9c40 000004b0'],
    ['UDP', '00 81 0000 00001267 c350 9c40 000004b0'],
    ['another version', '02 82 0000 00001267 c350 9c40 000004b0'],
    ['a request', '00 02 0000 00001267 c350 9c40 000004b0'],
    ['cut off', '00 82 0000 00001267 c350 9c40 0000'],
    ['too long', '00 82 0000 00001267 c350 9c40 000004b0 00'],
    ['nothing', ''],
  ])('%s: no answer at all', (_, text) => {
    expect(natPmp.readMapped(hex(text), wanted)).toBeNull()
  })
})

test('safety 8: whatever a router sends is read without a fault, and garbage is no port', () => {
  const wanted = { port: 50_000, external: 0, seconds: 1_200 }
  let taken = 0
  for (let round = 0; round < 20_000; round++) {
    const base = round % 3 === 0 ? mappedBytes : randomBytes(randomInt(80))
    const packet = Buffer.from(base)
    for (let flips = randomInt(1, 4); flips > 0 && packet.length > 0; flips--) {
      packet[randomInt(packet.length)] = randomInt(256)
    }
    const cut = packet.subarray(0, randomInt(packet.length + 1))
    for (const bytes of [packet, cut]) {
      pcp.readAnnounced(bytes)
      natPmp.readAddress(bytes)
      natPmp.readMapped(bytes, wanted)
      const told = pcp.readMapped(bytes, request)
      // Nobody hits a nonce of 96 bits by chance.
      if (told !== null && !bytes.subarray(24, 36).equals(nonce)) taken++
    }
  }
  expect(taken).toBe(0)
})
