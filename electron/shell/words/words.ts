import { languageFor, type Language, type LanguageChoice } from '#shared/languages.ts'
import { de } from './de.ts'
import { en } from './en.ts'

/** The same places as in English, with room for the words of another language. */
type Like<Text> = Text extends string
  ? string
  : Text extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof Text]: Like<Text[Key]> }

/** What is missing in a language does not compile. */
export type Words = Like<typeof en>

const catalogues: Readonly<Record<Language, Words>> = { en, de }

/** In the language in force: read it when it is said, never when a module is loaded. */
export let words: Words = en

/** As the page chooses it, so that both speak the same. */
export function speak(choice: LanguageChoice, preferred: readonly string[]): void {
  words = catalogues[languageFor(choice, preferred)]
}
