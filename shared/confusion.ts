/**
 * How easily one word is taken for another: a Damerau-Levenshtein distance in which neighbouring
 * keys, letters that sound alike, letters doubled or swapped weigh less than others.
 */

/** Beyond this, two words have nothing to do with each other. */
export const worstConfusion = 2.5

const neighbourKeys = 0.7
const soundAlike = 0.5
const swapOfTwo = 0.6
const doubled = 0.4
/** People rarely get the first letter wrong. */
const firstLetter = 0.3
/** The same sound written otherwise: ph and f, ck and k. */
const sameSound = 0.5

const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'] as const
const otherLayouts = ['yz', 'qa', 'wz']
const soundGroups = ['aeiou', 'iy', 'ckq', 'sz', 'cs', 'fv', 'vw', 'bp', 'dt', 'mn', 'gj', 'lr']

const letters = 26
const codeOfA = 97
const substitution = substitutionCosts()

/** At least `worst` (and not computed to the end) when the words are further apart than that. */
export function confusion(typed: string, word: string, worst: number): number {
  const written = apart(typed, word, worst) ? worst : distance(typed, word, worst)
  const [typedSound, wordSound] = [soundOf(typed), soundOf(word)]
  if (typedSound === typed && wordSound === word) return written
  const left = Math.min(written, worst) - sameSound
  if (left <= 0 || apart(typedSound, wordSound, left)) return written
  return Math.min(written, sameSound + distance(typedSound, wordSound, left))
}

/** A bound cheap enough for every word of the list: letters the other one lacks cost something. */
function apart(one: string, other: string, worst: number): boolean {
  if (Math.abs(one.length - other.length) * doubled >= worst) return true
  const [mine, theirs] = [letterSet(one), letterSet(other)]
  const missing = Math.max(bits(mine & ~theirs), bits(theirs & ~mine))
  return missing * soundAlike >= worst
}

/** Rows of the table; kept between calls because the whole list is measured at every keystroke. */
const longest = 24
let before = new Float64Array(longest + 1)
let last = new Float64Array(longest + 1)
let row = new Float64Array(longest + 1)

function distance(one: string, other: string, worst: number): number {
  if (one.length > longest || other.length > longest) return worst
  last[0] = 0
  for (let j = 1; j <= other.length; j++) last[j] = (last[j - 1] ?? 0) + gap(other, j - 1)
  for (let i = 1; i <= one.length; i++) {
    if (nextRow(one, i, other) >= worst) return worst
    ;[before, last, row] = [last, row, before]
  }
  return last[other.length] ?? 0
}

/** Fills `row` and gives its least entry: what follows can only cost more. */
function nextRow(one: string, i: number, other: string): number {
  const left = gap(one, i - 1)
  let least = (last[0] ?? 0) + left
  row[0] = least
  for (let j = 1; j <= other.length; j++) {
    let cost = (last[j - 1] ?? 0) + replaced(one, i - 1, other, j - 1)
    cost = Math.min(cost, (last[j] ?? 0) + left, (row[j - 1] ?? 0) + gap(other, j - 1))
    if (turned(one, i, other, j)) cost = Math.min(cost, (before[j - 2] ?? 0) + swapOfTwo)
    row[j] = cost
    least = Math.min(least, cost)
  }
  return least
}

/** Leaving out or adding a letter. */
function gap(text: string, at: number): number {
  return at > 0 && text.charCodeAt(at) === text.charCodeAt(at - 1) ? doubled : 1
}

function replaced(one: string, i: number, other: string, j: number): number {
  const a = one.charCodeAt(i) - codeOfA
  const b = other.charCodeAt(j) - codeOfA
  if (a === b) return 0
  const inList = a >= 0 && a < letters && b >= 0 && b < letters
  const cost = inList ? (substitution[a * letters + b] ?? 1) : 1
  return i === 0 && j === 0 ? cost + firstLetter : cost
}

function turned(one: string, i: number, other: string, j: number): boolean {
  if (i < 2 || j < 2) return false
  return (
    one.charCodeAt(i - 1) === other.charCodeAt(j - 2) &&
    one.charCodeAt(i - 2) === other.charCodeAt(j - 1)
  )
}

function substitutionCosts(): Float64Array {
  const costs = new Float64Array(letters * letters).fill(1)
  const set = (one: string, other: string, cost: number) => {
    const [a, b] = [one.charCodeAt(0) - codeOfA, other.charCodeAt(0) - codeOfA]
    for (const at of [a * letters + b, b * letters + a]) {
      costs[at] = Math.min(costs[at] ?? 1, cost)
    }
  }
  for (const [one, other] of neighbours()) set(one, other, neighbourKeys)
  for (const group of soundGroups) {
    for (const one of group) for (const other of group) set(one, other, soundAlike)
  }
  return costs
}

function* neighbours(): Generator<readonly [string, string]> {
  for (const pair of otherLayouts) yield [pair.charAt(0), pair.charAt(1)]
  for (const [depth, row] of rows.entries()) {
    const below = rows[depth + 1] ?? ''
    for (let at = 0; at < row.length; at++) {
      for (const other of [row[at + 1], below[at - 1], below[at]]) {
        if (other) yield [row.charAt(at), other]
      }
    }
  }
}

const spellings: Readonly<Record<string, string>> = {
  ph: 'f',
  ck: 'k',
  qu: 'kw',
  x: 'ks',
  kn: 'n',
  wr: 'r',
}

const sounds = new Map<string, string>()

/** Remembered for the words of the list, which come round with every word that is typed. */
function soundOf(text: string): string {
  const known = sounds.get(text)
  if (known !== undefined) return known
  const sound = text.replaceAll(
    /ph|ck|qu|x|kn|wr|(.)\1/g,
    (found, double: string | undefined) => double ?? spellings[found] ?? found,
  )
  if (sounds.size < mostRemembered) sounds.set(text, sound)
  return sound
}

const mostRemembered = 4096

function letterSet(text: string): number {
  let set = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) - codeOfA
    if (code >= 0 && code < letters) set |= 1 << code
  }
  return set
}

function bits(set: number): number {
  let rest = set
  let count = 0
  while (rest !== 0) {
    rest &= rest - 1
    count += 1
  }
  return count
}
