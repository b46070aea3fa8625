const units = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

/** Sizes as disks are sold, with three digits at most, as a language writes them. */
export function sizesOf(language: string) {
  const count = new Intl.NumberFormat(language)
  const sizes = units.map(
    (unit) => new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: 1 }),
  )

  /** The step of a thousand that reads best, and how many of it there are. */
  function scaled(bytes: number): { readonly value: number; readonly step: number } {
    let value = bytes
    let step = 0
    while (value >= 999.5 && step < units.length) {
      value /= 1_000
      step += 1
    }
    return { value, step }
  }

  /** “214 GB” */
  function words(bytes: number): string {
    const { value, step } = scaled(bytes)
    const unit = sizes[step - 1]
    if (!unit) return `${count.format(Math.round(value))} B`
    return unit.format(value >= 99.95 ? Math.round(value) : value)
  }

  return { scaled, words }
}
