/** The languages the screens speak, and which of them a person gets. */

export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

/** Each in its own words, so that whoever lost their way finds back. */
export const languageNames = { en: 'English', de: 'Deutsch' } as const satisfies Record<
  Language,
  string
>

/** `system` follows whatever the computer is set to. */
export const languageChoices = ['system', ...languages] as const
export type LanguageChoice = (typeof languageChoices)[number]

/** The same places as in `Text`, with room for the words of another language. */
export type InOtherWords<Text> = Text extends string
  ? string
  : Text extends (...values: infer Values) => infer Said
    ? (...values: Values) => Said
    : { readonly [Key in keyof Text]: InOtherWords<Text[Key]> }

/** Names come from other devices: isolated, they cannot turn the words around them. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`
}

/** What was chosen, or else the first language of the computer that is spoken here. */
export function languageFor(choice: LanguageChoice, preferred: readonly string[]): Language {
  if (choice !== 'system') return choice
  for (const tag of preferred) {
    const language = languages.find((known) => known === tag.toLowerCase().split('-')[0])
    if (language) return language
  }
  return 'en'
}
