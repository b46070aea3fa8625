import { describe, expect, test } from 'vitest'
import { answering, arePaired, faultOf } from '../../support/pairing-nodes.ts'
import { onStage } from './stage.ts'

const stage = onStage()

const roots = () => [
  stage.host.devices.rootOf(stage.joiner.id),
  stage.joiner.devices.rootOf(stage.host.id),
]

function says(node: typeof stage.host, accept: boolean): void {
  const { state } = node
  if (state.state !== 'asking') throw new Error(`not asking but ${state.state}`)
  node.pairing.answer(state.prompt, accept)
}

/** Paired once, with what a person has added since. */
async function paired() {
  const { host, joiner } = stage
  const stop = [answering(host), answering(joiner)]
  const { phrase } = await stage.shown()
  joiner.pairing.join(phrase, null)
  await stage.pass('both are paired', () => {
    return host.state.state === 'paired' && joiner.state.state === 'paired'
  })
  for (const undo of stop) undo()
  await host.devices.change(joiner.id, { trust: 'trusted', name: 'Mine' })
  return roots()
}

async function hostAsked(): Promise<void> {
  const { phrase } = await stage.shown()
  stage.joiner.pairing.join(phrase, null)
  await stage.pass('the host is asked', () => stage.host.state.state === 'asking')
}

async function joinerAsked(): Promise<void> {
  await hostAsked()
  says(stage.host, true)
  await stage.pass('the joiner is asked', () => stage.joiner.state.state === 'asking')
}

describe('safety 3: pairing again with a device that is known', () => {
  test.each<[string, () => Promise<void>]>([
    [
      'the host declines',
      async () => {
        await hostAsked()
        says(stage.host, false)
        await stage.pass('it is told', () => faultOf(stage.joiner) === 'pairing.declined')
      },
    ],
    [
      'the joiner declines',
      async () => {
        await joinerAsked()
        says(stage.joiner, false)
        await stage.pass('it is told', () => faultOf(stage.host) === 'pairing.declined')
      },
    ],
    [
      'nobody answers on the joiner',
      async () => {
        await joinerAsked()
        await stage.clock.advance(60_500)
        await stage.pass('it is told', () => faultOf(stage.host) === 'pairing.declined')
      },
    ],
    [
      'the joiner gives up before anybody was asked',
      async () => {
        const { phrase } = await stage.shown()
        stage.joiner.pairing.join(phrase, null)
        stage.joiner.pairing.cancel()
        stage.host.pairing.cancel()
      },
    ],
  ])('%s: the pairing there was stays in force', async (_, ending) => {
    const before = await paired()
    await ending()
    await stage.clock.advance(60_000)
    expect(roots()).toEqual(before)
    const { host, joiner } = stage
    expect(host.devices.table.get(joiner.id)).toMatchObject({ trust: 'trusted', name: 'Mine' })
    expect(host.devices.rootsOf(joiner.id)).toHaveLength(1)
  })

  test('the old keys hold until both have said yes; then both have the new ones', async () => {
    const before = await paired()
    await joinerAsked()
    expect(roots()).toEqual(before)
    // Longer than a host keeps what nobody proves.
    await stage.clock.advance(50_000)
    says(stage.joiner, true)
    const { host, joiner } = stage
    await stage.pass('both say so', () => {
      return host.state.state === 'paired' && joiner.state.state === 'paired'
    })
    await stage.pass('both have them', () => arePaired(host, joiner))
    expect(roots()).not.toEqual(before)
    expect(host.devices.rootsOf(joiner.id)).toHaveLength(1)
    expect(joiner.devices.rootsOf(host.id)).toHaveLength(1)
    expect(host.devices.table.get(joiner.id)).toMatchObject({ trust: 'trusted', name: 'Mine' })
  })
})
