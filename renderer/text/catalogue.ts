import type { en } from './en/en.ts'

/** The same places as in `Text`, with room for the words of another language. */
type Words<Text> = Text extends string
  ? string
  : Text extends (...values: infer Values) => infer Said
    ? (...values: Values) => Said
    : { readonly [Key in keyof Text]: Words<Text[Key]> }

/** Everything the screens say. What is missing in a language does not compile. */
export type Catalogue = Words<typeof en>
