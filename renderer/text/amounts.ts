import { formats } from './text.ts'

/** “214 GB”: three digits at most, as disks are sold. */
export function bytesWords(bytes: number): string {
  return formats.sizes.words(bytes)
}

/** Milliseconds as one reads them: whole ones, and a fraction where there is no whole one. */
export function millisecondsWords(value: number): string {
  if (value >= 1) return formats.count.format(Math.round(value))
  return value < 0.1 ? `< ${formats.fixed(0.1, 1)}` : formats.fixed(value, 1)
}

/** “18.4 of 41.2 GB”: both in the unit of the whole, so that the eye compares them at once. */
export function bytesOfWords(done: number, all: number): readonly [string, string] {
  const { step } = formats.sizes.scaled(all)
  const value = Math.min(done, all) / 1_000 ** step
  return [formats.fixed(value, step === 0 || value >= 99.95 ? 0 : 1), bytesWords(all)]
}

/** “0.4 %”, of how many how many. */
export function shareWords(part: number, all: number): string {
  return formats.share.format(all === 0 ? 0 : part / all)
}
