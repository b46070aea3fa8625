import { describe, expect, test } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { attach } from '#core/control/attach.ts'
import type { ContractClient } from '#shared/channel/client.ts'
import { doctorReportSchema, type PairingState } from '#shared/devices.ts'
import { closing } from '../../support/closing.ts'
import { runGangway, startNode, type NodeProcess } from '../../support/node-process.ts'
import { until } from '../../support/until.ts'

const own = closing()

describe('gangway doctor', () => {
  test('asks the node that runs: the whole report in one document', async () => {
    const node = own(await startNode())
    const ran = await runGangway(['doctor', '--json', '--data-dir', node.dataDir])
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
    expect(ran.stdout).toContain('ok      Relay: Off, because “This network only”')
    expect(ran.stdout).not.toContain('MaxListeners')
  })
})

/** What drives a node that runs, as the page and the commands do. */
async function clientOf({ dataDir }: NodeProcess): Promise<ContractClient> {
  const attachment = await attach(dataDir, systemClock, AbortSignal.timeout(5_000))
  if (!attachment) throw new Error('the node cannot be reached')
  return own(attachment).client
}

/** Says yes to whoever asks, and tells how the pairing stands. */
function followPairing(client: ContractClient): { state: PairingState | null } {
  const seen: { state: PairingState | null } = { state: null }
  void client
    .watch('pairing.watch', (state) => {
      seen.state = state
      if (state.state !== 'asking') return
      void client.call('pairing.answer', { prompt: state.prompt, accept: true })
    })
    .catch(() => {})
  return seen
}

async function pairThem(laptop: ContractClient, studio: ContractClient): Promise<void> {
  const [there, here] = [followPairing(studio), followPairing(laptop)]
  await studio.call('pairing.show', {})
  await until('words are shown', () => there.state?.state === 'showing')
  const code = there.state?.state === 'showing' ? there.state.code.phrase : ''
  await laptop.call('pairing.join', { code, address: null })
  const both = () => [here, there].every(({ state }) => state?.state === 'paired')
  await until('both are paired', both, 20_000)
}

describe('two nodes that paired', () => {
  test('a text arrives as it was written, and doctor tells the way between them', async () => {
    const node = own(await startNode({ args: ['--name', 'Laptop'] }))
    const other = own(await startNode({ args: ['--name', 'Studio'] }))
    const studio = await clientOf(other)
    await pairThem(await clientOf(node), studio)

    const received: string[] = []
    void studio
      .watch('texts.watch', (item) => {
        const rows = 'snapshot' in item ? item.snapshot : item.put
        received.push(...rows.map(({ text }) => text))
      })
      .catch(() => {})
    const text = 'https://example.org/?a=1&b="two" \u202e'
    const at = ['--data-dir', node.dataDir]
    const ran = await runGangway(['text', text, '--to', 'studio', '--json', ...at])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(ran.stdout)).toEqual({
      event: 'sent',
      to: { id: other.ready.deviceId, name: 'Studio' },
    })
    await until('the text has arrived', () => received.length > 0)
    expect(received).toEqual([text])

    const doctor = await runGangway(['doctor', '--json', ...at])
    const report = doctorReportSchema.parse(JSON.parse(doctor.stdout))
    expect(report.links).toMatchObject([{ name: 'Studio', path: { kind: 'lan' } }])
    const clock = report.checks.find(({ id }) => id === 'clock')
    expect(clock?.detail).toBe('Agrees with the paired devices that are there (1).')
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
