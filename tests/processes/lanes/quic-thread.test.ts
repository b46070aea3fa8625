import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { bundleForNode } from '../../support/bundle.ts'

it('a thread that closed its quic lane and its endpoint can end without harm to the others', async () => {
  const script = await bundleForNode('tests/processes/lanes/quic-thread.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 50_000 })
  expect(stdout.trim()).toBe('survived 6')
})
