import { beforeEach, describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { MemoryNet } from '../../support/memory-net.ts'
import {
  answering,
  arePaired,
  codeOf,
  onNet,
  openPairingNode,
  pass,
  type PairingNode,
} from '../../support/pairing-nodes.ts'

const own = closing()
let clock: FakeClock
let net: MemoryNet
let host: PairingNode
let joiner: PairingNode

beforeEach(async () => {
  clock = new FakeClock()
  net = new MemoryNet()
  host = own(await openPairingNode('Kitchen', onNet(net, clock)))
  joiner = own(await openPairingNode('Studio', onNet(net, clock)))
})

async function shown() {
  host.pairing.show()
  await pass(clock, 'words are shown', () => host.state.state === 'showing')
  return codeOf(host)
}

describe('five words', () => {
  test('pair two devices when both people say yes', async () => {
    const { phrase, triesLeft } = await shown()
    expect(triesLeft).toBe(3)
    joiner.pairing.join(phrase, null)
    await pass(clock, 'the host is asked', () => host.state.state === 'asking')
    expect(host.state).toMatchObject({ device: { id: joiner.id, name: 'Studio', kind: 'laptop' } })
    expect(joiner.devices.ids).toEqual([])
    answering(joiner)
    if (host.state.state === 'asking') host.pairing.answer(host.state.prompt, true)
    await pass(clock, 'both are paired', () => {
      return host.state.state === 'paired' && joiner.state.state === 'paired'
    })
    expect(arePaired(host, joiner)).toBe(true)
    expect(net.places).toEqual([])
  })
})
