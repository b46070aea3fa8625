import { randomBytes } from 'node:crypto'
import { beforeEach, vi } from 'vitest'
import { createLog, type LogLine } from '#core/base/log.ts'
import type { Channel } from '#core/pairing/key-schedule.ts'
import type { ShownCode } from '#shared/devices.ts'
import { closing } from '../../support/closing.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { MemoryNet } from '../../support/memory-net.ts'
import {
  codeOf,
  onNet,
  openPairingNode,
  pass,
  type PairingNode,
} from '../../support/pairing-nodes.ts'
import { phraseOf, RawJoiner, wrongPhrase } from '../../support/raw-pairing.ts'

/** Two devices on a network in memory, new for every test, and what they log. */
export function onStage() {
  // scrypt and curves are dear, and a busy computer makes them dearer.
  vi.setConfig({ testTimeout: 40_000 })
  const own = closing()
  const log: LogLine[] = []
  const sink = { write: (line: LogLine) => void log.push(line), close: () => {} }
  const logger = createLog('debug', [sink])
  const state: { clock: FakeClock; net: MemoryNet; host?: PairingNode; joiner?: PairingNode } = {
    clock: new FakeClock(),
    net: new MemoryNet(),
  }
  beforeEach(async () => {
    log.length = 0
    const clock = (state.clock = new FakeClock())
    const net = (state.net = new MemoryNet())
    const options = { ...onNet(net, clock), log: logger }
    state.host = own(await openPairingNode('Kitchen', options))
    state.joiner = own(await openPairingNode('Studio', options))
  })
  const one = (node: PairingNode | undefined): PairingNode => {
    if (!node) throw new Error('only inside a test')
    return node
  }
  const stage = {
    own,
    log,
    logger,
    get clock() {
      return state.clock
    },
    get net() {
      return state.net
    },
    get host() {
      return one(state.host)
    },
    get joiner() {
      return one(state.joiner)
    },
    pass: (what: string, condition: () => boolean, withinMs?: number) =>
      pass(state.clock, what, condition, withinMs),
    async shown(): Promise<ShownCode> {
      stage.host.pairing.show()
      await stage.pass('words are shown', () => stage.host.state.state === 'showing')
      return codeOf(stage.host)
    },
    /** Somebody with these words, at the right place. */
    async raw(phrase: string, lies: Partial<Channel> = {}) {
      return own(await RawJoiner.reach(state.net, state.clock.now(), phraseOf(phrase), lies))
    },
    /** Somebody who connects to what is announced and says nothing. */
    async silent() {
      const { net } = state
      const [place] = net.places
      if (!place) throw new Error('nobody waits anywhere')
      const endpoint = await net.open(randomBytes(32))
      return endpoint.connect(net.targetOf(place), 'gangway/pairing/1')
    },
    async wrong(phrase: string) {
      return own(await RawJoiner.reach(state.net, state.clock.now(), wrongPhrase(phrase)))
    },
  }
  return stage
}
