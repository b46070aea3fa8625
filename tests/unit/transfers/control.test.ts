import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maxPayloadBytes } from '#core/sessions/secure-channel.ts'
import {
  codeOr,
  decodeControl,
  encodeControl,
  receiptsThatFit,
  type Control,
} from '#core/transfers/control.ts'
import { fakeTransferId } from '../../support/fake-transfers.ts'

const id = fakeTransferId(1)
const offer: Control = {
  type: 'offer',
  id,
  attempt: 0,
  names: ['a'],
  things: 1,
  files: 1,
  bytes: 1,
  listed: true,
  held: false,
}

const encoded = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

describe('safety 8: what a device says about transfers', () => {
  test('comes out as it went in', () => {
    expect(decodeControl(encodeControl(offer))).toEqual(offer)
  })

  test.each([
    ['a number below zero', { ...offer, bytes: -1 }],
    ['more than can be counted', { ...offer, bytes: 2 ** 53 }],
    ['half a file', { ...offer, files: 0.5 }],
    ['an id of another form', { ...offer, id: 'x' }],
    ['more than was asked for', { ...offer, and: 1 }],
    ['too many names', { ...offer, names: Array.from({ length: 9 }, () => 'x') }],
    ['a name without end', { ...offer, names: ['x'.repeat(256)] }],
    ['an epoch nobody can count to', { type: 'lane', id, epoch: 2 ** 32, doors: {} }],
    ['no epoch', { type: 'lost', id, epoch: -1 }],
    ['a type nobody knows', { type: 'open', id }],
    ['nothing', null],
    [
      'doors that lead to a name',
      { type: 'lane', id, epoch: 1, doors: { kind: 'tcp', addresses: ['example.org:80'] } },
    ],
  ])('%s is refused', (_, message) => {
    expect(() => decodeControl(encoded(message))).toThrow(
      expect.objectContaining({ code: 'frame.malformed' }),
    )
  })

  test('garbage of any kind is refused, and nothing else is thrown', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          try {
            decodeControl(bytes)
          } catch (error) {
            expect(error).toMatchObject({ code: 'frame.malformed' })
          }
        },
      ),
    )
  })

  test('receipts are packed so that a frame takes them, and one always goes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 4_096, unit: 'binary' }), { maxLength: 60 }),
        fc.constantFrom(0, 1, 500_000),
        (short, endless) => {
          // Where somebody means no good, a path may be of any length.
          const paths = ['x'.repeat(endless), ...short]
          const files = paths.map((path) => ({
            path,
            bytes: 1,
            state: 'landed' as const,
            reason: null,
            blake3: '0'.repeat(64),
          }))
          const fitting = receiptsThatFit(files)
          expect(fitting.map(({ blake3 }) => blake3)).toEqual(
            files.slice(0, fitting.length).map(({ blake3 }) => blake3),
          )
          expect(fitting.length).toBeGreaterThan(0)
          const message = {
            type: 'receipts',
            id,
            from: 0,
            total: files.length,
            files: fitting,
          } as const
          const said = encodeControl(message)
          expect(said.length).toBeLessThanOrEqual(maxPayloadBytes)
          expect(decodeControl(said)).toMatchObject({ total: files.length })
        },
      ),
      { numRuns: 30 },
    )
  })

  test('a reason this Gangway has no word for is told as the usual one', () => {
    expect(codeOr('disk.full', 'transfer.failed')).toBe('disk.full')
    expect(codeOr('disk.on-fire', 'transfer.failed')).toBe('transfer.failed')
    expect(codeOr(null, 'transfer.failed')).toBe('transfer.failed')
  })
})
