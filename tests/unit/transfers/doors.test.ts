import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeControl, encodeControl, type Doors } from '#core/transfers/control.ts'
import { doorsThatFit } from '#core/transfers/doors.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { fakeTransferId } from '../../support/fake-transfers.ts'

const quic = (addresses: string[], relay: string | null = null): Doors => ({
  kind: 'quic',
  id: fakeId(1),
  addresses,
  relay,
})

const bridges = Array.from({ length: 40 }, (_, n) => `172.17.${n}.1:9000`)

test('more addresses than a message takes: the most useful of each kind are told', () => {
  const public_ = ['203.0.113.9:9000', '[2001:db8::4]:9000']
  const { addresses } = doorsThatFit(
    quic(['127.0.0.1:9000', '[fe80::1]:9000', ...bridges, ...public_]),
  )
  expect(addresses).toHaveLength(32)
  expect(addresses.slice(0, 30)).toEqual(bridges.slice(0, 30))
  expect(addresses.slice(30)).toEqual(public_)
})

test('few addresses are all told, loopback behind the others', () => {
  const { addresses } = doorsThatFit(quic(['127.0.0.1:9', '10.0.0.1:9', '10.0.0.1:9']))
  expect(addresses).toEqual(['10.0.0.1:9', '127.0.0.1:9'])
})

test('safety 8: whatever doors a computer has, the message about them is one the other takes', () => {
  const host = fc.oneof(
    fc.ipV4(),
    fc.ipV6().map((text) => `[${text}]`),
    fc.string(),
  )
  const address = fc.tuple(host, fc.nat(70_000)).map(([host, port]) => `${host}:${port}`)
  fc.assert(
    fc.property(
      fc.array(address, { maxLength: 80 }),
      fc.string({ maxLength: 400 }),
      (all, relay) => {
        for (const doors of [quic(all, relay), { kind: 'tcp', addresses: all } as const]) {
          const message = { type: 'lane', id: fakeTransferId(1), epoch: 1 } as const
          const said = encodeControl({ ...message, doors: doorsThatFit(doors) })
          expect(() => decodeControl(said)).not.toThrow()
        }
      },
    ),
  )
})
