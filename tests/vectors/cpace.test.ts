import { describe, expect, test } from 'vitest'
import { sha512 } from '#core/crypto/hash.ts'
import { lv, readLv } from '#core/crypto/lv.ts'
import {
  generator,
  generatorString,
  multiply,
  scalarOf,
  sessionKey,
  transcript,
} from '#core/pairing/cpace.ts'
import { fromHex, toHex } from '../support/bytes.ts'
import {
  orderedConcatenation,
  sessionIdOutput,
  symmetricTranscript,
} from '../support/cpace-symmetric.ts'
import draft from './cpace-ristr255-sha512.draft21.json' with { type: 'json' }

const vector = draft.G_Coffee25519
const points = draft.G_Coffee25519_points
const [prs, ci, sid] = [vector.PRS, vector.CI, vector.sid].map(fromHex) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
]
const a = { element: fromHex(vector.Ya), data: fromHex(vector.ADa) }
const b = { element: fromHex(vector.Yb), data: fromHex(vector.ADb) }

/** Scalars of the draft are little-endian numbers. */
function scalar(hex: string): bigint {
  return BigInt(`0x${Buffer.from(hex, 'hex').reverse().toString('hex')}`)
}

function upper(bytes: Uint8Array | null): string | null {
  return bytes && toHex(bytes).toUpperCase()
}

describe('CPace-RISTR255-SHA512, draft-irtf-cfrg-cpace-21', () => {
  test('the generator, its string and its hash', () => {
    const [row] = draft.generator
    const text = generatorString(prs, ci, sid)
    expect(upper(text)).toBe(row?.['generator_string(G.DSI,PRS,CI,sid,H.s_in_bytes)'])
    expect(upper(sha512(text))).toBe(row?.['hash result'])
    expect(upper(generator(prs, ci, sid))).toBe(row?.['encoded generator g'])
    expect(row?.['encoded generator g']).toBe(vector.g)
  })

  test('the public elements and the shared one', () => {
    const g = generator(prs, ci, sid)
    expect(upper(multiply(scalar(vector.ya), g))).toBe(vector.Ya)
    expect(upper(multiply(scalar(vector.yb), g))).toBe(vector.Yb)
    expect(upper(multiply(scalar(vector.ya), b.element))).toBe(vector.K)
    expect(upper(multiply(scalar(vector.yb), a.element))).toBe(vector.K)
  })

  test('the session key and the session id, initiator-responder and symmetric', () => {
    const shared = fromHex(vector.K)
    const ordered = transcript(a, b)
    const symmetric = symmetricTranscript(a, b)
    expect(upper(sessionKey(sid, shared, ordered))).toBe(vector.ISK_IR)
    expect(upper(sessionKey(sid, shared, symmetric))).toBe(vector.ISK_SY)
    expect(symmetricTranscript(b, a)).toEqual(symmetric)
    expect(upper(sessionIdOutput(ordered))).toBe(vector.sid_output_ir)
    expect(upper(sessionIdOutput(symmetric))).toBe(vector.sid_output_oc)
  })

  test('a valid point is multiplied, both invalid points abort', () => {
    const s = scalar(points.Valid.s)
    const x = fromHex(points.Valid.X)
    expect(upper(multiply(s, x))).toBe(points.Valid['G.scalar_mult_vfy(s,X)'])
    expect(multiply(s, fromHex(points['Invalid Y1']))).toBeNull()
    expect(multiply(s, fromHex(points['Invalid Y2']))).toBeNull()
  })

  test('scalars are in 1 … order − 1 and take 64 random bytes', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    expect(scalarOf(new Uint8Array(64))).toBe(1n)
    const most = Buffer.alloc(64)
    most.set(Buffer.from((order - 2n).toString(16).padStart(64, '0'), 'hex').reverse())
    expect(scalarOf(most)).toBe(order - 1n)
    expect(() => scalarOf(new Uint8Array(32))).toThrow('64')
  })

  test('every string function', () => {
    for (const row of draft.strings)
      for (const [call, result] of Object.entries(row)) check(call, result)
    expect(calls).toBeGreaterThanOrEqual(11)
  })
})

let calls = 0

const functions: Record<string, (...parts: Uint8Array[]) => Uint8Array> = {
  prepend_len: (bytes) => lv(bytes ?? new Uint8Array()),
  lv_cat: lv,
  o_cat: (one = new Uint8Array(), other = new Uint8Array()) => orderedConcatenation(one, other),
  transcript_ir: (...parts) => transcript(...shares(parts)),
  transcript_oc: (...parts) => symmetricTranscript(...shares(parts)),
}

function shares(parts: Uint8Array[]) {
  const [ya, ada, yb, adb] = parts
  if (!ya || !ada || !yb || !adb) throw new Error('four parts')
  return [
    { element: ya, data: ada },
    { element: yb, data: adb },
  ] as const
}

/** A line of the draft such as `lv_cat(b'1234',b'5',b'',b'678')`, and what it must give. */
function check(call: string, result: string) {
  const name = /^\w+(?=\()/.exec(call)?.[0]
  const apply = name && functions[name]
  if (!apply) return
  calls += 1
  const parts = [...call.matchAll(/b'(\w*)'|bytes\(range\((\d+)\)\)/g)].map((part) =>
    part[2] === undefined
      ? Buffer.from(part[1] ?? '')
      : Uint8Array.from({ length: Number(part[2]) }, (_, index) => index),
  )
  expect(upper(apply(...parts)), call).toBe(result)
  if (name === 'lv_cat')
    expect(readLv(fromHex(result), parts.length)?.map(toHex)).toEqual(parts.map(toHex))
}
