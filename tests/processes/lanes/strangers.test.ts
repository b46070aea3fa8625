import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { bundleForNode } from '../../support/bundle.ts'
import { median } from '../../support/median.ts'

it('safety 9: 5,000 half-open connections cost a transfer less than a fifth of its speed', async () => {
  const script = await bundleForNode('tests/processes/lanes/strangers.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 50_000 })
  const { costs } = JSON.parse(stdout) as { readonly costs: readonly number[] }
  console.log(`beside strangers it costs ${costs.map((cost) => cost.toFixed(2)).join(', ')} times`)
  // The clock of a machine changes between two measurements; it does not do so time after time.
  expect(median(costs)).toBeLessThan(1 / 0.8)
})
