import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { probeDialect } from '#core/endpoint/bytes.ts'

const speaksArrays = {
  fromBytes(bytes: number[]) {
    if (!Array.isArray(bytes)) throw new TypeError('Failed to get Array length')
    return { toBytes: () => bytes }
  },
}

const speaksBytes = {
  fromBytes(bytes: number[]) {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('not bytes')
    return { toBytes: (): ArrayLike<number> => bytes }
  },
}

describe('bytes across the binding', () => {
  it('are converted both ways for a binding that speaks arrays', () => {
    const { toBinding, fromBinding } = probeDialect(speaksArrays)
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const crossed = toBinding(bytes)
        expect(Array.isArray(crossed)).toBe(true)
        expect(crossed).toEqual([...bytes])
        const back = fromBinding(crossed)
        expect(back).toBeInstanceOf(Uint8Array)
        expect(Buffer.compare(back, bytes)).toBe(0)
      }),
    )
  })

  it('are passed untouched to a binding that speaks bytes', () => {
    const { toBinding, fromBinding } = probeDialect(speaksBytes)
    const bytes = Uint8Array.of(1, 2, 255)
    expect(toBinding(bytes)).toBe(bytes)
    expect(fromBinding(bytes)).toBe(bytes)
  })
})
