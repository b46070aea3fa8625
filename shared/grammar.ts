/** What differs from language to language in how numbers, amounts and lists are put into words. */

interface Forms {
  readonly one: string
  readonly other: (amount: string) => string
}

export function grammarOf(language: string) {
  const numbers = new Intl.NumberFormat(language)
  const rules = new Intl.PluralRules(language)
  const percents = new Intl.NumberFormat(language, { style: 'percent' })
  const lists = new Intl.ListFormat(language, { type: 'disjunction' })
  const count = (amount: number) => numbers.format(amount)
  return {
    count,
    /** Of a whole, never more than it is. */
    percent: (share: number) => percents.format(Math.floor(share * 100) / 100),
    /** The form the language has for so many. */
    plural: (amount: number, { one, other }: Forms) =>
      rules.select(amount) === 'one' ? one : other(count(amount)),
    /** “this or that” */
    anyOf: (parts: readonly string[]) => lists.format(parts),
  }
}
