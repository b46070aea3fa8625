import { describe, expect, test } from 'vitest'
import { doctorReportSchema } from '#shared/devices.ts'
import { closing } from '../../support/closing.ts'
import { runGangway, startNode } from '../../support/node-process.ts'

const own = closing()

describe('gangway doctor', () => {
  test('asks the node that runs: the whole report in one document, in under 5 s', async () => {
    const node = own(await startNode())
    const began = performance.now()
    const ran = await runGangway(['doctor', '--json', '--data-dir', node.dataDir])
    expect(performance.now() - began).toBeLessThan(6_000)
    expect(ran.stderr).toBe('')
    const report = doctorReportSchema.parse(JSON.parse(ran.stdout))
    expect(ran.stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(report.checks.find(({ id }) => id === 'endpoint')?.verdict).toBe('good')
    expect(report.links).toEqual([])
    const isBad = report.checks.some(({ verdict }) => verdict === 'bad')
    expect(ran.code).toBe(isBad ? 1 : 0)
    expect(ran.stdout).not.toContain(node.dataDir)
  })

  test('for people it is text, from a node of its own where none runs', async () => {
    const node = own(await startNode())
    await node.stop()
    const ran = await runGangway(['doctor', '--lan-only', '--data-dir', node.dataDir])
    expect(ran.stderr).toBe('')
    expect(ran.stdout).toMatch(/^Gangway \d+\.\d+\.\d+, \d{4}-/)
    expect(ran.stdout).toContain('ok      Relay: Off, because “LAN only” is on')
    expect(ran.stdout).not.toContain('MaxListeners')
  })
})

describe('gangway text', () => {
  test('without such a device: exit code 2 and a sentence', async () => {
    const node = own(await startNode())
    const args = ['text', 'hello', '--to', 'Attic', '--data-dir', node.dataDir]
    const { code, stdout, stderr } = await runGangway(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('There is no paired device of that name')
  })
})
