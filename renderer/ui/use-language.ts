import { useStore } from 'zustand'
import type { Language } from '#shared/languages.ts'
import { spoken } from '../text/text.ts'

/** The language in force. Whatever is memoised calls it, to be drawn anew when that changes. */
export function useLanguage(): Language {
  return useStore(spoken).language
}
