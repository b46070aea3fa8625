import { completions, isPhrase, parsePhrase, wordIndex, type Phrase } from '#shared/words.ts'

/** Words as they stand in five fields while somebody types them. */

export type Fields = readonly string[]

export const places = [0, 1, 2, 3, 4] as const

const lettersForGhost = 2
const lettersOfAWord = 4

export const emptyFields: Fields = places.map(() => '')

/** The rest of the word one is about to type; nothing while it could still be anything. */
export function ghostOf(typed: string): string {
  if (typed.length < lettersForGhost || wordIndex(typed) !== undefined) return ''
  const [first] = completions(typed, 1)
  return first?.startsWith(typed) ? first.slice(typed.length) : ''
}

/** Written out where the letters leave no doubt; otherwise as it was typed. */
export function finished(typed: string): string {
  if (wordIndex(typed) !== undefined) return typed
  const [first, second] = completions(typed, 2)
  return first !== undefined && (typed.length >= lettersOfAWord || !second) ? first : typed
}

/** A field one has left must hold a word; in the one being typed, any beginning of one will do. */
export function isWrong(typed: string, isBeingTyped: boolean): boolean {
  if (typed === '') return false
  return isBeingTyped
    ? completions(typed, 1).length === 0
    : wordIndex(finished(typed)) === undefined
}

export function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/\P{L}/gu, '')
}

/** Whether more was typed or pasted than belongs into one field. */
export function isMany(text: string): boolean {
  return /\p{L}[^\p{L}\p{M}]+\p{L}/u.test(text)
}

/**
 * Puts what was pasted where it belongs: five words are the phrase wherever they land, and words
 * around them (a greeting, numbers) are left out; fewer go on from the field they were pasted into.
 */
export function withPasted(fields: Fields, at: number, text: string): Fields | null {
  const reading = parsePhrase(text)
  if (reading.state === 'phrase') return reading.phrase
  const known = reading.words.flatMap((word) => (word.state === 'word' ? [word.word] : []))
  if (isPhrase(known)) return known
  const all = reading.words.map((word) => (word.state === 'word' ? word.word : word.typed))
  if (all.length === 0) return null
  const from = all.length >= places.length ? 0 : Math.min(at, places.length - all.length)
  return fields.map((field, place) => all[place - from] ?? field)
}

export function phraseOf(fields: Fields): Phrase | null {
  const words = fields.map(finished)
  return isPhrase(words) ? words : null
}

/** The part of a phrase that a repair would change. */
export function changeBetween(
  fields: Fields,
  repair: Phrase,
): { before: string[]; after: string[] } {
  const changed = repair.flatMap((word, place) => (word === fields[place] ? [] : [place]))
  return {
    before: changed.map((place) => fields[place] ?? ''),
    after: changed.map((place) => repair[place] ?? ''),
  }
}

export function isLink(text: string): boolean {
  return /^\s*gangway:\/\//i.test(text)
}
