import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { lv } from '#core/crypto/lv.ts'
import { decodeIntroduction, encodeIntroduction } from '#core/pairing/introduction.ts'
import { HostExchange } from '#core/pairing/host-exchange.ts'
import { JoinerExchange } from '#core/pairing/joiner-exchange.ts'
import { flipped, fromHex } from '../../support/bytes.ts'
import {
  channel,
  codeOf,
  device,
  deviceId,
  exchange,
  gaveUp,
  hostDevice,
  joinerDevice,
} from '../../support/pairing.ts'

describe('safety 1: who introduces itself has to hold the key', () => {
  test('a device does not pair with itself', () => {
    const outcome = exchange({ joiner: { self: hostDevice } })
    expect(gaveUp(outcome)).toBe(true)
    expect(codeOf(outcome)).toBe('pairing.itself')
    expect(outcome.host).toBeNull()
  })

  const impostor = (self = joinerDevice) => ({
    ...self,
    sign: (statement: Uint8Array) => device('Mallory').sign(statement),
  })

  test('a joiner that signs with another key', () => {
    const outcome = exchange({ joiner: { self: impostor() } })
    expect(gaveUp(outcome)).toBe(true)
    expect(outcome.host).toBeNull()
  })

  test('a host that signs with another key', () => {
    expect(gaveUp(exchange({ host: { self: impostor(hostDevice) } }))).toBe(true)
  })

  test('a key of small order, for which signatures prove nothing', () => {
    const weak = deviceId(fromHex(`01${'00'.repeat(31)}`))
    // R = neutral element, s = 0 holds for any message under a key that is the neutral element.
    const forged = Buffer.concat([fromHex(`01${'00'.repeat(31)}`), Buffer.alloc(32)])
    const self = {
      introduction: { ...joinerDevice.introduction, id: weak },
      sign: () => forged,
    }
    expect(gaveUp(exchange({ joiner: { self } }))).toBe(true)
  })

  test.each([
    ['a name that tries to reorder text', { name: 'a\u202Eb' }],
    ['a name with space around it', { name: ' a ' }],
    ['no name', { name: '' }],
    ['a name too long', { name: 'a'.repeat(65) }],
    ['a short announcement key', { announcementKey: new Uint8Array(31) }],
    ['an unknown kind', { kind: 'toaster' as 'laptop' }],
  ])('an introduction with %s', (_, wrong) => {
    const self = {
      ...joinerDevice,
      introduction: { ...joinerDevice.introduction, ...wrong },
    }
    expect(gaveUp(exchange({ joiner: { self } }))).toBe(true)
  })
})

describe('the addresses in an introduction', () => {
  const introduced = (places: string) => {
    const { id, announcementKey, kind, name } = joinerDevice.introduction
    return decodeIntroduction(lv(fromHex(id), announcementKey, kind, name, places))
  }
  const eight = Array.from({ length: 8 }, (_, n) => `192.0.2.${n}:40000`)

  test('reach the other side, eight at most, and only such as are well formed', () => {
    const told = { ...joinerDevice.introduction, addresses: ['example.org:1', ...eight, '[::1]:1'] }
    expect(decodeIntroduction(encodeIntroduction(told))?.addresses).toEqual(eight)
    const outcome = exchange({ joiner: { self: { ...joinerDevice, introduction: told } } })
    expect(outcome.host?.peer.addresses).toEqual(eight)
    expect(introduced('')?.addresses).toEqual([])
  })

  test.each([
    ['a host name', 'example.org:1'],
    ['a space too many', '192.0.2.1:1  192.0.2.2:1'],
    ['nine', [...eight, '192.0.2.9:40000'].join(' ')],
    ['a control character', '192.0.2.1:1\n'],
  ])('safety 8: %s is refused', (_, places) => {
    expect(introduced(places)).toBeNull()
  })
})

describe('safety 10: steps out of turn', () => {
  const joiner = () => new JoinerExchange({ ...channel, self: joinerDevice })
  const host = () =>
    new HostExchange({ ...channel, self: hostDevice, beforeVerify: () => undefined })
  const bytes = new Uint8Array(64)

  test('are bugs of the caller, not messages of the peer', () => {
    expect(() => joiner().onM2(bytes)).toThrow('moment')
    expect(() => joiner().onM4(bytes)).toThrow('moment')
    expect(() => joiner().onM6(bytes)).toThrow('moment')
    expect(() => host().onM3(bytes)).toThrow('moment')
    expect(() => host().onM5(bytes)).toThrow('moment')
    expect(() => host().accept()).toThrow('moment')
    expect(() => host().onM7(bytes)).toThrow('moment')
  })

  test('no step is taken twice', () => {
    const [j, h] = [joiner(), host()]
    const m1 = j.start()
    expect(() => j.start()).toThrow('moment')
    const m2 = h.onM1(m1)
    expect(() => h.onM1(m1)).toThrow('moment')
    const m3 = j.onM2(m2)
    expect(() => j.onM2(m2)).toThrow('moment')
    const m4 = h.onM3(m3)
    expect(() => h.onM3(m3)).toThrow('moment')
    const m5 = j.onM4(m4)
    expect(() => j.onM4(m4)).toThrow('moment')
    h.onM5(m5)
    expect(() => h.onM5(m5)).toThrow('moment')
    const { message } = h.accept()
    expect(() => h.accept()).toThrow('moment')
    const closing = j.onM6(message)
    expect(() => j.onM6(message)).toThrow('moment')
    h.onM7(closing.message)
    expect(() => h.onM7(closing.message)).toThrow('moment')
  })

  test('a failed step ends the exchange: no second guess at one opening', () => {
    const [j, h] = [joiner(), host()]
    const m5 = j.onM4(h.onM3(j.onM2(h.onM1(j.start()))))
    expect(() => h.onM5(flipped(m5, 0))).toThrow(Fault)
    expect(() => h.onM5(m5)).toThrow('moment')
  })

  test('a disposed exchange is over', () => {
    const [j, h] = [joiner(), host()]
    const m5 = j.onM4(h.onM3(j.onM2(h.onM1(j.start()))))
    h[Symbol.dispose]()
    expect(() => h.onM5(m5)).toThrow('moment')
  })
})
