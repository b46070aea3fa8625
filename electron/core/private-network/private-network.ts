import { z } from 'zod'
import { Fault } from '#shared/faults.ts'
import type { PrivateNetworkState } from '#shared/model.ts'
import { Cell } from '../base/state.ts'
import type { StoredRecord } from '../keys/records.ts'
import type { Store } from '../keys/store.ts'
import { NetworkKey } from './network-key.ts'

interface State {
  /** Null in the open, where every device may be. */
  readonly network: PrivateNetworkState | null
}

const recordSchema = z.object({ key: z.base64() })

/** A key that is given at the start is that of this run: it is neither saved nor changed here. */
export async function openPrivateNetwork(
  store: Store,
  given: string | undefined,
): Promise<PrivateNetwork> {
  const record = store.record('network-key', recordSchema)
  if (given !== undefined) return new PrivateNetwork(record, NetworkKey.read(given), true)
  const saved = await record.get()
  const key = saved ? new NetworkKey(Buffer.from(saved.key, 'base64')) : null
  return new PrivateNetwork(record, key, false)
}

/** Which private network this device belongs to, if any. */
export class PrivateNetwork {
  readonly state: Cell<State>
  readonly #record: StoredRecord<z.infer<typeof recordSchema>>
  readonly #given: boolean
  #key: NetworkKey | null

  constructor(
    record: StoredRecord<z.infer<typeof recordSchema>>,
    key: NetworkKey | null,
    given: boolean,
  ) {
    this.#record = record
    this.#given = given
    this.#key = key
    this.state = new Cell(stateOf(key, given))
  }

  get key(): NetworkKey | null {
    return this.#key
  }

  create(): Promise<NetworkKey> {
    return this.#enter(NetworkKey.make())
  }

  join(text: string): Promise<NetworkKey> {
    return this.#enter(NetworkKey.read(text))
  }

  /** The key as its text, for another device. */
  reveal(): string {
    return this.#member().text
  }

  async leave(): Promise<void> {
    this.#member()
    this.#mayChange()
    await this.#record.delete()
    this.#set(null)
  }

  async #enter(key: NetworkKey): Promise<NetworkKey> {
    this.#mayChange()
    if (this.#key) throw new Fault('network.member', { fingerprint: this.#key.fingerprint })
    await this.#record.set({ key: Buffer.from(key.bytes).toString('base64') })
    this.#set(key)
    return key
  }

  #set(key: NetworkKey | null): void {
    this.#key = key
    this.state.set(stateOf(key, this.#given))
  }

  #member(): NetworkKey {
    if (!this.#key) throw new Fault('network.none')
    return this.#key
  }

  #mayChange(): void {
    if (this.#given) throw new Fault('network.given')
  }
}

function stateOf(key: NetworkKey | null, given: boolean): State {
  return { network: key && { fingerprint: key.fingerprint, given } }
}
