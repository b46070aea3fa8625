import { randomBytes } from 'node:crypto'
import { isPhrase, wordIndex, wordList, type Phrase } from '#shared/words.ts'
import { u16be } from '../crypto/lv.ts'

export type Random = (length: number) => Uint8Array

/** Five words, each of the 2048 as likely as any other. */
export function drawPhrase(random: Random = randomBytes): Phrase {
  const bytes = random(10)
  const drawn = [0, 2, 4, 6, 8].map((at) => {
    const index = (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)) % wordList.length
    return wordList[index] ?? ''
  })
  if (!isPhrase(drawn)) throw new Error('no words could be drawn')
  return drawn
}

/** Words as numbers of fixed width: letters run together could be read in two ways. */
export function encodedWords(list: readonly string[]): Uint8Array {
  return u16be(...list.map(indexOf))
}

function indexOf(word: string): number {
  const index = wordIndex(word)
  if (index === undefined) throw new Error('a word is not on the list') // never say which
  return index
}
