import { systemClock } from '#core/base/clock.ts'
import { attach } from '#core/control/attach.ts'
import type { ContractClient } from '#shared/channel/client.ts'
import type { PairingState } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import type { NodeProcess } from './node-process.ts'
import { until } from './until.ts'

/** Something that runs in a process of its own, driven as a command does: through its contract. */
export interface Driven {
  readonly client: ContractClient
  /** How its pairing stands now. */
  state(): PairingState
  /** Accepts whoever asks from now on. */
  sayYes(): void
  close(): void
}

export interface DrivenNode extends Driven {
  readonly node: NodeProcess
}

export async function drive(node: NodeProcess): Promise<DrivenNode> {
  return { node, ...(await driveProfile(node.dataDir)) }
}

/** Whatever has this profile open now. */
export async function driveProfile(dataDir: string): Promise<Driven> {
  const over = new AbortController()
  const attachment = await attach(dataDir, systemClock, over.signal)
  if (!attachment) throw new Error('the node cannot be reached')
  const { client } = attachment
  let state: PairingState = { attempt: 0, state: 'quiet' }
  let willing = false
  const accept = () => {
    if (!willing || state.state !== 'asking') return
    client.call('pairing.answer', { prompt: state.prompt, accept: true }).catch(() => {})
  }
  client.watch('pairing.watch', (item) => ((state = item), accept()), over.signal).catch(() => {})
  return {
    client,
    state: () => state,
    sayYes: () => {
      willing = true
      accept()
    },
    close: () => {
      over.abort()
      attachment.close()
    },
  }
}

/** Whether it has a session with a paired device. */
export async function isThere({ client }: Pick<DrivenNode, 'client'>): Promise<boolean> {
  const { devices } = await client.call('devices.list', {})
  return devices.some(({ state }) => state === 'connected' || state === 'idle')
}

/** Shows words on the one; resolves with what is shown. */
export async function showWords(host: Driven) {
  const { attempt } = await host.client.call('pairing.show', {})
  await until(
    'words are shown',
    () => {
      const now = host.state()
      return now.attempt === attempt && now.state !== 'preparing'
    },
    15_000,
  )
  const now = host.state()
  if (now.state === 'showing') return now.code
  throw now.state === 'failed' ? Fault.fromRecord(now.fault) : new Error(now.state)
}

/** Types them on the other; resolves when both sides say that they are paired. */
export async function pairByWords(host: Driven, joiner: Driven): Promise<number> {
  const { phrase } = await showWords(host)
  return join([host, joiner], () =>
    joiner.client.call('pairing.join', { code: phrase, address: null }),
  )
}

/** The same with the link that is shown beside the words. */
export async function pairByLink(host: Driven, joiner: Driven): Promise<number> {
  const { link } = await showWords(host)
  return join([host, joiner], () =>
    joiner.client.call('pairing.join', { code: link, address: null }),
  )
}

/** With a file, which asks the host nothing and shows nothing there. */
export async function pairByFile(host: Driven, joiner: Driven): Promise<number> {
  const { file, password } = await host.client.call('invite.create', {})
  return join([joiner], () => joiner.client.call('pairing.joinFile', { file, password }))
}

/** How long it takes until all of these say that they are paired. */
async function join(
  all: readonly Driven[],
  begin: () => Promise<{ readonly attempt: number }>,
): Promise<number> {
  for (const one of all) one.sayYes()
  const began = performance.now()
  const { attempt } = await begin()
  const joiner = all.at(-1)
  await until(
    'all are paired or one has failed',
    () => {
      const states = all.map((one) => one.state())
      const failed = states.some(({ state }) => state === 'failed')
      const joined = joiner?.state().attempt === attempt
      return joined && (failed || states.every(({ state }) => state === 'paired'))
    },
    20_000,
  )
  for (const one of all) {
    const state = one.state()
    if (state.state === 'failed') throw Fault.fromRecord(state.fault)
  }
  return performance.now() - began
}
