import { describe, expect, test, vi } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import { openEndpoint } from '#core/endpoint/endpoint.ts'
import type { Endpoint, Target } from '#core/endpoint/types.ts'
import { closing } from '../../support/closing.ts'
import { openLoopbackEndpoint } from '../../support/endpoints.ts'
import { MemoryNet } from '../../support/memory-net.ts'
import { answering, arePaired, codeOf, openPairingNode } from '../../support/pairing-nodes.ts'
import { until } from '../../support/until.ts'

/** Real connections, on loopback; only who is announced where stays in memory. */
vi.setConfig({ testTimeout: 60_000 })
const own = closing()

async function twoNodes() {
  const net = new MemoryNet('127.0.0.1')
  const options = {
    clock: systemClock,
    discovery: net.meetings,
    openEndpoint: (secretKey: Uint8Array) =>
      openEndpoint({
        secretKey,
        network: { lanOnly: true, relay: null },
        alpns: [],
        bindAddr: '127.0.0.1:0',
        clock: systemClock,
        log: silentLog,
      }),
  }
  const host = own(await openPairingNode('Kitchen', options))
  const joiner = own(await openPairingNode('Studio', options))
  answering(host)
  answering(joiner)
  host.pairing.show()
  await until('words are shown', () => host.state.state === 'showing', 15_000)
  return { net, host, joiner, code: codeOf(host) }
}

type Two = Awaited<ReturnType<typeof twoNodes>>

async function bothSayPaired({ host, joiner }: Two): Promise<void> {
  const states = () => [host.state.state, joiner.state.state]
  await until('both say so', () => states().every((state) => state === 'paired'), 20_000)
}

describe('over real connections', () => {
  test('five words pair', async () => {
    const two = await twoNodes()
    two.joiner.pairing.join(two.code.phrase, null)
    await bothSayPaired(two)
    expect(arePaired(two.host, two.joiner)).toBe(true)
  })

  test('so does the link', async () => {
    const two = await twoNodes()
    two.joiner.pairing.join(two.code.link, null)
    await bothSayPaired(two)
    expect(arePaired(two.host, two.joiner)).toBe(true)
  })

  test('so does a file', async () => {
    const two = await twoNodes()
    const { file, password } = await two.host.pairing.invites.create()
    await two.joiner.pairing.joinFile(file, password)
    await until('it is done', () => two.joiner.state.state === 'paired', 10_000)
    expect(arePaired(two.host, two.joiner)).toBe(true)
  })

  test('safety 9: a flood of connections that say nothing does not keep out who speaks', async () => {
    const two = await twoNodes()
    const [place] = two.net.places
    if (!place) throw new Error('nothing is announced')
    const target: Target = { id: place, addresses: two.code.addresses }
    const crowd = await Promise.all(
      Array.from({ length: 8 }, () => openLoopbackEndpoint([]).then(own)),
    )
    const flood = new Flood(crowd, target)
    const began = performance.now()
    const running = flood.run()
    await until('the flood is on', () => flood.answered > 200)
    two.joiner.pairing.join(two.code.phrase, null)
    await bothSayPaired(two)
    const pairedMs = performance.now() - began
    const during = flood.answered
    flood.stop()
    await running
    console.log(`paired ${pairedMs.toFixed(0)} ms into a flood, after ${during} connections of it`)
    expect(arePaired(two.host, two.joiner)).toBe(true)
    expect(during).toBeGreaterThan(200)
  })
})

/** Connects as fast as it is let in, forty at a time, and never says a word. */
class Flood {
  answered = 0
  readonly #crowd: readonly Endpoint[]
  readonly #target: Target
  #over = false

  constructor(crowd: readonly Endpoint[], target: Target) {
    this.#crowd = crowd
    this.#target = target
  }

  stop(): void {
    this.#over = true
  }

  async run(): Promise<void> {
    const hands = this.#crowd.flatMap((endpoint) => Array.from({ length: 5 }, () => endpoint))
    await Promise.all(hands.map((endpoint) => this.#connect(endpoint)))
  }

  async #connect(endpoint: Endpoint): Promise<void> {
    while (!this.#over) {
      const bounds = { deadlineMs: 1_000 }
      await endpoint.connect(this.#target, 'gangway/pairing/1', bounds).catch(() => {})
      this.answered += 1
    }
  }
}
