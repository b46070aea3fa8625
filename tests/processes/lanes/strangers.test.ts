import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { bundleForNode } from '../../support/bundle.ts'

it('safety 9: 5,000 half-open connections cost a transfer less than a fifth of its speed', async () => {
  const script = await bundleForNode('tests/processes/lanes/strangers.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 110_000 })
  const { quiet = 0, beside = 0 } = JSON.parse(stdout) as Record<string, number>
  console.log(`beside strangers it costs ${(beside / quiet).toFixed(2)} times`)
  expect(beside / quiet).toBeLessThan(1 / 0.8)
}, 120_000)
