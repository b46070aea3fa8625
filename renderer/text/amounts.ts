const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** “214 GB”: three digits at most, as disks are sold. */
export function bytesWords(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000
    unit += 1
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${units[unit]}`
}

/** Milliseconds as one reads them: whole ones, and a fraction where there is no whole one. */
export function millisecondsWords(value: number): string {
  if (value < 1) return value < 0.1 ? '< 0.1' : value.toFixed(1)
  return Math.round(value).toLocaleString('en')
}

/** “18.4 of 41.2 GB”: both in the unit of the whole, so that the eye compares them at once. */
export function bytesOfWords(done: number, all: number): readonly [string, string] {
  const whole = bytesWords(all)
  const unit = whole.split(' ')[1] ?? 'B'
  const value = Math.min(done, all) / 1_000 ** units.indexOf(unit)
  const digits = unit === 'B' || value >= 99.95 ? 0 : 1
  return [value.toFixed(digits), whole]
}
