import { createStore, type StoreApi } from 'zustand/vanilla'
import { Backoff } from '#shared/backoff.ts'
import { ContractClient } from '#shared/channel/client.ts'
import type { CallInput, CallName, CallOutput } from '#shared/contract.ts'
import { Fault, isCancellation } from '#shared/faults.ts'
import type { OpensWith } from '#shared/page-door.ts'
import { Refused, type Carrier } from './carrier.ts'
import { followStreams, type Stores } from './streams.ts'
import { aborted, wait } from './wait.ts'

export type LinkState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'live' }
  /** `retryAt` is null while an attempt is under way. */
  | { readonly phase: 'lost'; readonly retryAt: number | null }
  | { readonly phase: 'refused'; readonly needs: OpensWith }

export interface Link {
  readonly state: StoreApi<LinkState>
  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>>
  tryNow(): void
}

/** Gangway runs on this very computer, so a wait need not grow as it does between devices. */
const localBackoff = { firstMs: 500, maxMs: 8_000 }
const openingMs = 10_000
const answerSeconds = 20

/**
 * Keeps one client of the contract alive over whatever carrier `open` brings: streams are followed
 * into the stores, and are followed again after every reconnect.
 */
export function keepLink(open: (signal: AbortSignal) => Promise<Carrier>, stores: Stores): Link {
  const state = createStore<LinkState>(() => ({ phase: 'connecting' }))
  const backoff = new Backoff(localBackoff)
  let client: ContractClient | null = null
  let poke = new AbortController()

  /** One connection from opening to loss; says with what it ended. */
  async function session(): Promise<unknown> {
    let carrier: Carrier
    try {
      carrier = await open(AbortSignal.timeout(openingMs))
    } catch (error) {
      return error
    }
    const mine = new ContractClient((request) => carrier.send(request))
    const over = new AbortController()
    const end = () => over.abort()
    carrier.receive((message) => mine.receive(message))
    carrier.closed(end)
    client = mine
    let live = false
    followStreams(mine, stores, over.signal, () => {
      if (live) return
      live = true
      backoff.reset()
      state.setState({ phase: 'live' }, true)
    })
    void wait(openingMs, over.signal).then(() => live || end())
    await aborted(over.signal)
    client = null
    mine.close(new Fault('host.lost'))
    carrier.close()
    return new Fault('host.lost')
  }

  async function run(): Promise<never> {
    for (;;) {
      const ended = await session()
      poke = new AbortController()
      if (ended instanceof Refused) {
        state.setState({ phase: 'refused', needs: ended.needs }, true)
        await aborted(poke.signal)
        state.setState({ phase: 'connecting' }, true)
      } else {
        const waitMs = backoff.next()
        state.setState({ phase: 'lost', retryAt: Date.now() + waitMs }, true)
        await wait(waitMs, poke.signal)
        state.setState({ phase: 'lost', retryAt: null }, true)
      }
    }
  }

  async function call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
  ): Promise<CallOutput<Name>> {
    if (!client) throw new Fault('host.lost')
    try {
      return await client.call(name, input, AbortSignal.timeout(answerSeconds * 1_000))
    } catch (error) {
      if (isCancellation(error)) throw new Fault('deadline.passed', { seconds: answerSeconds })
      throw error
    }
  }

  void run()
  return { state, call, tryNow: () => poke.abort() }
}
