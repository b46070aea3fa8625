/** Amounts people type in a unit of their own; nothing typed is no limit. */

export function amountIn(typed: string, unit: number): number | null {
  return typed === '' ? null : Math.round(Number(typed.replace(',', '.')) * unit)
}

export function shownIn(amount: number | null, unit: number): string {
  return amount === null ? '' : String(Number((amount / unit).toPrecision(4)))
}

export function complaintAbout(typed: string, words: string): string | null {
  const amount = Number(typed.replace(',', '.'))
  return typed === '' || (Number.isFinite(amount) && amount > 0) ? null : words
}
