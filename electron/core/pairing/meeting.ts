import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Phrase } from '#shared/words.ts'
import { lv, u64be } from '../crypto/lv.ts'
import { encodedWords } from './words.ts'

/** The first two words are public: they say where to meet, and scrypt makes guessing them dear. */
const cost = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 2 ** 20 }
const seedLength = 32
const publicWords = 2

const derive = promisify<Uint8Array, Uint8Array, number, typeof cost, Buffer>(scrypt)

/**
 * The secret key of the temporary endpoint at which the two devices meet. Devices of a private
 * network meet elsewhere: with the same words nobody from outside finds them.
 */
export function meetingSeed(
  phrase: Phrase,
  epoch: number,
  network: Uint8Array | null = null,
): Promise<Uint8Array> {
  const salt = lv('gangway/pairing/1/rdv', u64be(epoch), ...(network ? [network] : []))
  return derive(encodedWords(phrase.slice(0, publicWords)), salt, seedLength, cost)
}

const epochSeconds = 600
/** A code lives five minutes, and two clocks may be two minutes apart. */
const oldestCodeSeconds = 420
const clockAheadSeconds = 120

/** Fixed when a code is made. */
export function epochAt(wallClockMs: number): number {
  return Math.floor(wallClockMs / 1000 / epochSeconds)
}

/** Where a joiner looks: one or two epochs, that of its own clock first. */
export function epochsToTry(wallClockMs: number): number[] {
  const around = [0, -oldestCodeSeconds, clockAheadSeconds].map((seconds) =>
    epochAt(wallClockMs + seconds * 1000),
  )
  return [...new Set(around)]
}
