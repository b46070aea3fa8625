import { grammarOf } from '../grammar.ts'

export const { count, plural, anyOf } = grammarOf('de')
