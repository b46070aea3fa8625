import {
  languageFor,
  type InOtherWords,
  type Language,
  type LanguageChoice,
} from '#shared/languages.ts'
import { de } from './de.ts'
import { en } from './en.ts'

/** What is missing in a language does not compile. */
export type Words = InOtherWords<typeof en>

const catalogues: Readonly<Record<Language, Words>> = { en, de }

/** In the language in force: read it when it is said, never when a module is loaded. */
export let words: Words = en

/** As the page chooses it, so that both speak the same. Whether that is news. */
export function speak(choice: LanguageChoice, preferred: readonly string[]): boolean {
  const before = words
  words = catalogues[languageFor(choice, preferred)]
  return words !== before
}
