import type { Language } from '#shared/languages.ts'
import { sizesOf } from '#shared/sizes.ts'

export type Formats = ReturnType<typeof formatsOf>

const minutes = { hour: '2-digit', minute: '2-digit' } as const
const days = { day: 'numeric', month: 'short' } as const

/**
 * Numbers and times as the language has them, in the way of the person's region where the computer
 * names one: whoever reads English may still count twenty-four hours.
 */
export function formatsOf(language: Language, preferred: readonly string[]) {
  const region = preferred.find((tag) => tag.split('-')[0] === language) ?? language
  const numbers = [0, 1, 2].map((digits) => fixed(language, digits))
  return {
    clock: new Intl.DateTimeFormat(region, minutes),
    day: new Intl.DateTimeFormat(region, days),
    dayAndClock: new Intl.DateTimeFormat(region, { ...days, ...minutes }),
    date: new Intl.DateTimeFormat(region, { dateStyle: 'medium' }),
    ago: new Intl.RelativeTimeFormat(language, { numeric: 'auto' }),
    days: new Intl.NumberFormat(language, { style: 'unit', unit: 'day', unitDisplay: 'long' }),
    count: new Intl.NumberFormat(language),
    share: new Intl.NumberFormat(language, { style: 'percent', maximumSignificantDigits: 2 }),
    fixed: (value: number, digits: 0 | 1 | 2) => numbers[digits]?.format(value) ?? '',
    sizes: sizesOf(language),
    names: new Intl.Collator(region, { numeric: true, sensitivity: 'base' }),
  }
}

function fixed(language: Language, digits: number) {
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}
