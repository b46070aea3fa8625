/** One line of the table: a median, what it is measured against in the same run, and the reach. */
export interface Row {
  readonly work: string
  readonly unit: 'ms' | 'KiB' | 'MB/s'
  readonly p50: number
  readonly p95: number | null
  readonly rounds: number
  readonly control: { readonly work: string; readonly p50: number } | null
  /** What it should be below; of a speed, which share of its control it should be at least. */
  readonly reach: number | null
}

interface Spread {
  readonly p50: number
  readonly p95: number
  readonly rounds: number
}

/** What is timed; the cost of what it resolves to, which cleans up, is not in it. */
type Work = () => Promise<(() => Promise<void>) | void>

/**
 * Times several works in turn, so that whatever else this machine does meets all of them alike. The
 * first few rounds do not count.
 */
export async function timed<Name extends string>(
  rounds: number,
  works: Readonly<Record<Name, Work>>,
): Promise<Record<Name, Spread>> {
  const warmUp = Math.min(3, Math.ceil(rounds / 5))
  const names = Object.keys(works) as Name[]
  const times = new Map(names.map((name) => [name, [] as number[]]))
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of names) {
      const began = performance.now()
      const after = await works[name]()
      const took = performance.now() - began
      if (round >= 0) times.get(name)?.push(took)
      await after?.()
    }
  }
  const spreads = names.map((name) => [name, spreadOf(times.get(name) ?? [])])
  return Object.fromEntries(spreads) as Record<Name, Spread>
}

export function spreadOf(values: readonly number[]): Spread {
  return { p50: quantile(values, 0.5), p95: quantile(values, 0.95), rounds: values.length }
}

/** The least value that so large a share does not exceed. */
export function quantile(values: readonly number[], share: number): number {
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
    reached({ unit, p50, control, reach }),
  ])
  const head = ['work', 'p50', 'p95', 'rounds', 'control in the same run', 'ratio', 'reach']
  const lines = [head, head.map(() => '---'), ...cells]
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n')
}

function reached({
  unit,
  p50,
  control,
  reach,
}: Pick<Row, 'unit' | 'p50' | 'control' | 'reach'>): string {
  if (reach === null) return '–'
  if (unit !== 'MB/s') return `< ${reach} ${unit}: ${p50 < reach ? 'yes' : 'NO'}`
  return `≥ ${reach}x: ${p50 / (control?.p50 ?? Number.NaN) >= reach ? 'yes' : 'NO'}`
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2)
}
