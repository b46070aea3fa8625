import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { blake3Of, createBlake3, loadBlake3, wasmEngine } from '#core/transfers/content/blake3.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test('hashes are those of b3sum', () => {
  expect(hex(blake3Of(new Uint8Array()))).toBe(
    'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
  )
  expect(hex(blake3Of(Buffer.from('abc')))).toBe(
    '6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85',
  )
})

test('where no native build loads, the other engine says the same', async () => {
  const engine = await loadBlake3([() => Promise.reject(new Error('no build')), wasmEngine])
  const bytes = randomBytes(300_000)
  expect(hex(engine.once(bytes))).toBe(hex(blake3Of(bytes)))
  const [here, there] = [createBlake3(), engine.hasher()]
  for (const hasher of [here, there]) {
    hasher.update(bytes.subarray(0, 70_001))
    hasher.update(bytes.subarray(70_001))
  }
  const whole = hex(here.digest())
  expect(whole).toBe(hex(blake3Of(bytes)))
  expect(hex(there.digest())).toBe(whole)
})

test('where none loads, that is said', async () => {
  await expect(loadBlake3([() => Promise.reject(new Error('no build'))])).rejects.toThrow(
    'no BLAKE3 loads on this system',
  )
})
