import { describe, expect, test } from 'vitest'
import type { Trust } from '#shared/devices.ts'
import type { AcceptRule } from '#shared/model.ts'
import { verdictOn } from '#core/transfers/consent.ts'

const small = { totalBytes: 100, listed: true }
const large = { totalBytes: 101, listed: true }
const growing = { totalBytes: 10, listed: false }
const any: AcceptRule = { folder: null, maxBytes: null }
const upTo100: AcceptRule = { folder: null, maxBytes: 100 }

describe('safety 4: what an offer leads to, by trust and rule', () => {
  test.each<[Trust | null, AcceptRule | undefined, string]>([
    [null, any, 'refuse refuse refuse'],
    ['blocked', any, 'refuse refuse refuse'],
    ['observer', any, 'refuse refuse refuse'],
    ['known', undefined, 'ask ask ask'],
    ['known', any, 'accept accept accept'],
    ['known', upTo100, 'accept ask ask'],
    ['trusted', undefined, 'accept accept accept'],
  ])('%s, with rule %j', (trust, rule, verdicts) => {
    const offers = [small, large, growing]
    expect(offers.map((offer) => verdictOn(offer, trust, rule)).join(' ')).toBe(verdicts)
  })
})
