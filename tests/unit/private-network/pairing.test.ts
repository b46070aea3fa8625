import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NetworkKey } from '#core/private-network/network-key.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { MemoryNet } from '../../support/memory-net.ts'
import {
  answering,
  arePaired,
  codeOf,
  faultOf,
  onNet,
  openPairingNode,
  pass,
  type PairingNode,
} from '../../support/pairing-nodes.ts'

let clock: FakeClock
let net: MemoryNet
let nodes: PairingNode[]

beforeEach(() => {
  clock = new FakeClock()
  net = new MemoryNet()
  // Nobody is out of reach: whoever is not found is not there for them.
  net.internet = true
  nodes = []
})

afterEach(async () => {
  for (const node of nodes) await node.close()
})

async function node(name: string, networkKey?: NetworkKey): Promise<PairingNode> {
  const open = await openPairingNode(name, {
    ...onNet(net, clock),
    lanOnly: false,
    ...(networkKey && { networkKey }),
  })
  nodes.push(open)
  answering(open)
  return open
}

async function shown(host: PairingNode) {
  host.pairing.show()
  await pass(clock, 'words are shown', () => host.state.state === 'showing')
  return codeOf(host)
}

const one = new NetworkKey(new Uint8Array(32).fill(1))
const other = new NetworkKey(new Uint8Array(32).fill(2))

describe('pairing in a private network', () => {
  test.each(['phrase', 'link'] as const)('by %s: those who have its key', async (way) => {
    const [host, joiner] = [await node('Kitchen', one), await node('Studio', one)]
    joiner.pairing.join((await shown(host))[way], null)
    await pass(clock, 'both say so', () => nodes.every(({ state }) => state.state === 'paired'))
    expect(arePaired(host, joiner)).toBe(true)
  })

  test.each([
    ['into it', one, undefined],
    ['out of it', undefined, one],
    ['into another', one, other],
  ] as const)('the right words lead nobody %s', async (_, hostKey, joinerKey) => {
    const [host, joiner] = [await node('Kitchen', hostKey), await node('Studio', joinerKey)]
    const { phrase } = await shown(host)
    joiner.pairing.join(phrase, null)
    await pass(clock, 'it is told', () => joiner.state.state === 'failed')
    // Just as if nobody showed any.
    expect(faultOf(joiner)).toBe('pairing.nobody')
    expect(host.state).toMatchObject({ state: 'showing', code: { triesLeft: 3 } })
  })

  test('nor does a link, as if its device were switched off', async () => {
    const [host, joiner] = [await node('Kitchen', one), await node('Studio')]
    const { link } = await shown(host)
    joiner.pairing.join(link, null)
    await pass(clock, 'it is told', () => joiner.state.state === 'failed')
    expect(faultOf(joiner)).toBe('peer.unreachable')
    expect(host.state).toMatchObject({ state: 'showing', code: { triesLeft: 3 } })
  })
})
