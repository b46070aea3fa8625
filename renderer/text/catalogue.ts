import type { InOtherWords } from '#shared/languages.ts'
import type { en } from './en/en.ts'

/** Everything the screens say. What is missing in a language does not compile. */
export type Catalogue = InOtherWords<typeof en>
