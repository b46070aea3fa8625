import { createStore } from 'zustand/vanilla'
import type { Language } from '#shared/languages.ts'
import type { Catalogue } from './catalogue.ts'
import { en } from './en/en.ts'
import { formatsOf, type Formats } from './formats.ts'

/**
 * What the screens say, in the language in force. A live binding: read it while rendering, never
 * when a module is loaded, for it changes with the language.
 */
export let text: Catalogue = en

/** How it writes numbers and times; as alive as `text`. */
export let formats: Formats = formatsOf('en', [])

/** What is drawn in which language; the page is rendered anew when it changes. */
export const spoken = createStore<{ readonly language: Language }>(() => ({ language: 'en' }))

/** English is always at hand, for it is what is shown when another language cannot be had. */
const catalogues: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: async () => en,
  de: async () => (await import('./de/de.ts')).de,
}

let wanted: Language = 'en'

/** Changes the language of all that is shown. Of several asked for, the last one counts. */
export async function speak(language: Language): Promise<void> {
  wanted = language
  const catalogue = await catalogues[language]().catch(() => null)
  if (catalogue === null || wanted !== language) return
  text = catalogue
  formats = formatsOf(language, navigator.languages)
  document.documentElement.lang = language
  spoken.setState({ language })
}
