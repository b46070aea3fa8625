import { describe, expect, test } from 'vitest'
import { spreadOf, table, timed, type Row } from '../../bench/row.ts'

const row: Row = {
  work: 'dial',
  unit: 'ms',
  p50: 2,
  p95: 3.456,
  rounds: 9,
  control: { work: 'bare', p50: 1 },
  reach: 3,
}

describe('the performance table', () => {
  test('the median is a value that was measured, in whatever order they came', () => {
    expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ p50: 3, p95: 5, rounds: 5 })
    expect(spreadOf([10, 2])).toEqual({ p50: 2, p95: 10, rounds: 2 })
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at)
    expect(spreadOf(hundred)).toEqual({ p50: 50, p95: 95, rounds: 100 })
  })

  test('works take turns, the first rounds do not count, and cleaning up is not timed', async () => {
    const turns: string[] = []
    const spreads = await timed(10, {
      async one() {
        turns.push('one')
        return async () => {
          const until = performance.now() + 20
          while (performance.now() < until);
        }
      },
      async other() {
        turns.push('other')
      },
    })
    expect(turns.slice(0, 4)).toEqual(['one', 'other', 'one', 'other'])
    expect(turns).toHaveLength(24)
    expect(spreads.one.rounds).toBe(10)
    expect(spreads.one.p50).toBeLessThan(15)
  })

  test('says the ratio to the control and whether the reach was reached', () => {
    const [, , first, second] = table([row, { ...row, p50: 300, reach: 200 }]).split('\n')
    expect(first).toBe('| dial | 2.0 ms | 3.5 ms | 9 | bare: 1.0 ms | 2.0x | < 3 ms: yes |')
    expect(second).toContain('| 300x | < 200 ms: NO |')
    expect(table([{ ...row, p95: null, control: null, reach: null }])).toContain(
      '| – | 9 | – | – |',
    )
  })
})
