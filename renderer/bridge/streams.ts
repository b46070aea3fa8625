import { createStore, type StoreApi } from 'zustand/vanilla'
import { Backoff } from '#shared/backoff.ts'
import type { ContractClient } from '#shared/channel/client.ts'
import type { StreamItem, StreamName } from '#shared/contract.ts'
import type { Desktop } from '#shared/desktop.ts'
import type { Invite, PairedDevice, PairingState, ReceivedText } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import type { NearbyDevice, ThisDevice } from '#shared/model.ts'
import { applyRows } from '#shared/rows.ts'
import type { Transfer } from '#shared/transfers.ts'
import { wait } from './wait.ts'

/** What was last heard on a stream, and why it is silent when it is. */
export interface Followed<Value> {
  readonly value: Value | null
  readonly fault: Fault | null
}

type Rows<Row> = StoreApi<Followed<ReadonlyMap<string, Row>>>

export interface Stores {
  readonly device: StoreApi<Followed<ThisDevice>>
  readonly nearby: Rows<NearbyDevice>
  readonly devices: Rows<PairedDevice>
  readonly texts: Rows<ReceivedText>
  readonly pairing: StoreApi<Followed<PairingState>>
  readonly invites: Rows<Invite>
  readonly transfers: Rows<Transfer>
  readonly desktop: StoreApi<Followed<Desktop>>
}

const readableMs = 100
const streamBackoff = { firstMs: 1_000, maxMs: 30_000 }

export function createStores(): Stores {
  return {
    device: createStore(() => silent),
    nearby: createStore(() => silent),
    devices: createStore(() => silent),
    texts: createStore(() => silent),
    pairing: createStore(() => silent),
    invites: createStore(() => silent),
    transfers: createStore(() => silent),
    desktop: createStore(() => silent),
  }
}

const silent = { value: null, fault: null }

/** Runs at once, and then no more often than numbers can be read, however often it is asked. */
function paced(run: () => void): () => void {
  let isResting = false
  let isWanted = false
  const ask = () => {
    isWanted = true
    if (isResting) return
    isWanted = false
    isResting = true
    setTimeout(() => {
      isResting = false
      if (isWanted) ask()
    }, readableMs)
    run()
  }
  return ask
}

/** Follows every stream the screens live on until the signal aborts. */
export function followStreams(
  client: ContractClient,
  stores: Stores,
  signal: AbortSignal,
  onNews: () => void,
): void {
  void follow('device.watch', stores.device, (_, value) => value)
  void follow('desktop.watch', stores.desktop, (_, value) => value)
  void follow('pairing.watch', stores.pairing, (_, value) => value)
  void follow('nearby.watch', stores.nearby, (known, item) => applyRows(known ?? new Map(), item))
  void follow('devices.watch', stores.devices, (known, item) => applyRows(known ?? new Map(), item))
  void follow('texts.watch', stores.texts, (known, item) => applyRows(known ?? new Map(), item))
  void follow('invites.watch', stores.invites, (known, item) => applyRows(known ?? new Map(), item))
  const heard = createStore<Followed<ReadonlyMap<string, Transfer>>>(() => silent)
  void follow('transfers.watch', heard, (known, item) => applyRows(known ?? new Map(), item))
  heard.subscribe(paced(() => stores.transfers.setState(heard.getState(), true)))

  /** A stream that ends or fails while the connection stands is opened again after a while. */
  async function follow<Name extends StreamName, Value>(
    name: Name,
    store: StoreApi<Followed<Value>>,
    apply: (known: Value | null, item: StreamItem<Name>) => Value,
  ): Promise<void> {
    const backoff = new Backoff(streamBackoff)
    while (!signal.aborted) {
      try {
        await client.watch(
          name,
          (item) => {
            backoff.reset()
            store.setState({ value: apply(store.getState().value, item), fault: null }, true)
            onNews()
          },
          signal,
        )
      } catch (error) {
        if (!signal.aborted) store.setState({ fault: Fault.of(error) })
      }
      await wait(backoff.next(), signal)
    }
  }
}
