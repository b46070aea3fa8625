/** One line of the table: a median, what it is measured against in the same run, and the reach. */
export interface Row {
  readonly work: string
  readonly unit: 'ms' | 'KiB'
  readonly p50: number
  readonly p95: number | null
  readonly rounds: number
  readonly control: { readonly work: string; readonly p50: number } | null
  /** What it should be below, where the papers say so. */
  readonly reach: number | null
}

interface Spread {
  readonly p50: number
  readonly p95: number
  readonly rounds: number
}

/** Times the work, after a few rounds that nobody counts; the cost of `after` is not in it. */
export async function timed(
  rounds: number,
  work: () => Promise<(() => Promise<void>) | void>,
): Promise<Spread> {
  const warmUp = Math.min(3, Math.ceil(rounds / 5))
  const times: number[] = []
  for (let round = -warmUp; round < rounds; round++) {
    const began = performance.now()
    const after = await work()
    const took = performance.now() - began
    if (round >= 0) times.push(took)
    await after?.()
  }
  return spreadOf(times)
}

export function spreadOf(values: readonly number[]): Spread {
  return { p50: quantile(values, 0.5), p95: quantile(values, 0.95), rounds: values.length }
}

/** The least value that so large a share does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ work, unit, p50, p95, rounds, control, reach }) => [
    work,
    `${shown(p50)} ${unit}`,
    p95 === null ? '–' : `${shown(p95)} ${unit}`,
    String(rounds),
    control === null ? '–' : `${control.work}: ${shown(control.p50)} ${unit}`,
    control === null ? '–' : `${shown(p50 / control.p50)}x`,
    reach === null ? '–' : `< ${reach} ${unit}: ${p50 < reach ? 'yes' : 'NO'}`,
  ])
  const head = ['work', 'p50', 'p95', 'rounds', 'control in the same run', 'ratio', 'reach']
  const lines = [head, head.map(() => '---'), ...cells]
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n')
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2)
}
