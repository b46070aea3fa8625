import { formats } from './text.ts'

/** The step of a thousand that reads best, and how many of it there are. */
function scaled(bytes: number): { readonly value: number; readonly step: number } {
  let value = bytes
  let step = 0
  while (value >= 999.5 && step < formats.sizes.length) {
    value /= 1_000
    step += 1
  }
  return { value, step }
}

/** “214 GB”: three digits at most, as disks are sold. */
export function bytesWords(bytes: number): string {
  const { value, step } = scaled(bytes)
  const unit = formats.sizes[step - 1]
  if (!unit) return `${formats.count.format(Math.round(value))} B`
  return unit.format(value >= 99.95 ? Math.round(value) : value)
}

/** Milliseconds as one reads them: whole ones, and a fraction where there is no whole one. */
export function millisecondsWords(value: number): string {
  if (value >= 1) return formats.count.format(Math.round(value))
  return value < 0.1 ? `< ${formats.fixed(0.1, 1)}` : formats.fixed(value, 1)
}

/** “18.4 of 41.2 GB”: both in the unit of the whole, so that the eye compares them at once. */
export function bytesOfWords(done: number, all: number): readonly [string, string] {
  const { step } = scaled(all)
  const value = Math.min(done, all) / 1_000 ** step
  return [formats.fixed(value, step === 0 || value >= 99.95 ? 0 : 1), bytesWords(all)]
}

/** “0.4 %”, of how many how many. */
export function shareWords(part: number, all: number): string {
  return formats.share.format(all === 0 ? 0 : part / all)
}
