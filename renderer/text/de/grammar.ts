import { grammarOf } from '#shared/grammar.ts'

export const { count, plural, anyOf } = grammarOf('de')
