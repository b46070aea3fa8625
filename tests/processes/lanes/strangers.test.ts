import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { bundleForNode } from '../../support/bundle.ts'

it('safety 9: 5,000 half-open connections cost a transfer less than a fifth of its speed', async () => {
  const script = await bundleForNode('tests/processes/lanes/strangers.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 50_000 })
  const { strangers, quiet, crowded } = JSON.parse(stdout) as Record<string, number>
  expect(strangers).toBe(5_000)
  expect(crowded).toBeLessThan((quiet ?? 0) / 0.8)
})
