import english from 'bip39/src/wordlists/english.json' with { type: 'json' }
import { confusion, worstConfusion } from './confusion.ts'

/** The 2048 words of the BIP39 English list, sorted; no two share their first four letters. */
export const wordList: readonly string[] = english

/** So many letters always tell a word apart. */
const enoughLetters = 4

const indices = new Map(wordList.map((word, index) => [word, index]))

export function wordIndex(word: string): number | undefined {
  return indices.get(word)
}

const wordBits = 11

/** Bytes as words for people to compare by voice; 64 bits are good for five. */
export function spoken(bytes: Uint8Array, count: number): string {
  const bits = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
  return Array.from({ length: count }, (_, place) => {
    const index = Number((bits >> BigInt(64 - wordBits * (place + 1))) & 0x7ffn)
    return wordList[index]
  }).join(' · ')
}

export type Phrase = readonly [string, string, string, string, string]
const phraseLength = 5

/** One word as somebody typed it. */
export type WordReading =
  | { readonly state: 'word'; readonly word: string }
  | { readonly state: 'unknown'; readonly typed: string; readonly suggestions: readonly string[] }

export type PhraseReading =
  | { readonly state: 'phrase'; readonly phrase: Phrase }
  /** Some words are unknown, or there are not five; order as typed. */
  | { readonly state: 'problem'; readonly words: readonly WordReading[] }

/** Words that begin so, in the order of the list. */
export function completions(prefix: string, limit: number): string[] {
  const start = plain(prefix)
  if (start === '') return []
  const from = firstNotBefore(start)
  return wordList.slice(from, from + limit).filter((word) => word.startsWith(start))
}

/** The words somebody may have meant, most likely first; none when nothing is near. */
export function nearest(typed: string, limit: number): string[] {
  const text = plain(typed).slice(0, 16)
  if (text === '') return []
  const best: { word: string; score: number }[] = []
  for (const word of wordList) {
    const worst = best.length < limit ? worstConfusion : (best.at(-1)?.score ?? 0)
    const score = likeness(text, word, worst)
    if (score >= worst) continue
    const place = best.findIndex((other) => other.score > score)
    best.splice(place === -1 ? best.length : place, 0, { word, score })
    best.length = Math.min(best.length, limit)
  }
  return best.map(({ word }) => word)
}

/** A whole phrase as it was typed or pasted, with whatever stands between its words. */
export function parsePhrase(text: string): PhraseReading {
  const typed = plain(text).match(/[\p{L}\p{N}]+/gu) ?? []
  const readings = typed
    .filter((token) => !/^\p{N}+$/u.test(token))
    .slice(0, mostWords)
    .map(readWord)
  const known = readings.flatMap((reading) => (reading.state === 'word' ? [reading.word] : []))
  return isPhrase(known) && readings.length === phraseLength
    ? { state: 'phrase', phrase: known }
    : { state: 'problem', words: readings }
}

export function readWord(typed: string): WordReading {
  const text = plain(typed)
  if (indices.has(text)) return { state: 'word', word: text }
  const completed = text.length >= enoughLetters ? completions(text, 1)[0] : undefined
  if (completed !== undefined) return { state: 'word', word: completed }
  return { state: 'unknown', typed: text, suggestions: nearest(text, suggestionsPerWord) }
}

/**
 * What may have been meant by a phrase of five true words that did not pair: two neighbours the
 * other way round, or one word taken for another. To be offered, never tried unasked: each try
 * with the wrong words is one of three.
 */
export function repairs(phrase: Phrase, limit: number): Phrase[] {
  const candidates = phrase.flatMap<Candidate>((word, index) => [
    ...swapped(phrase, index),
    ...nearest(word, suggestionsPerWord + 1)
      .filter((other) => other !== word)
      .map((other) => ({
        phrase: phrase.with(index, other),
        score: confusion(word, other, worstConfusion),
      })),
  ])
  return candidates
    .sort((one, other) => one.score - other.score)
    .map((candidate) => candidate.phrase)
    .filter(isPhrase)
    .slice(0, limit)
}

export function isPhrase(list: readonly string[]): list is Phrase {
  return list.length === phraseLength && list.every((word) => indices.has(word))
}

const suggestionsPerWord = 3
const longestPaste = 500
const mostWords = 10
const swapScore = 0.9

interface Candidate {
  readonly phrase: readonly string[]
  readonly score: number
}

function swapped(phrase: Phrase, index: number): Candidate[] {
  const [one, other] = [phrase[index], phrase[index + 1]]
  if (one === undefined || other === undefined || one === other) return []
  return [{ phrase: phrase.with(index, other).with(index + 1, one), score: swapScore }]
}

/** Beginnings first (four letters make the word), then whatever looks or sounds alike. */
function likeness(typed: string, word: string, worst: number): number {
  if (word.startsWith(typed)) return 0.1 * (word.length - typed.length)
  const score = confusion(typed, word, worst)
  const sameStart = typed.length >= enoughLetters && word.startsWith(typed.slice(0, enoughLetters))
  return sameStart ? Math.min(score, 0.8) : score
}

/** Lower case without accents, wide letters and invisible characters. */
function plain(text: string): string {
  return text
    .slice(0, longestPaste)
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .trim()
}

function firstNotBefore(start: string): number {
  let low = 0
  let high = wordList.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((wordList[middle] ?? '') < start) low = middle + 1
    else high = middle
  }
  return low
}
