import type { CallInput, CallName, CallOutput, StreamItem, StreamName } from '../contract.ts'
import { cancellation, Fault } from '../faults.ts'
import { isResponse, knownCode } from './messages.ts'
import type { Request } from './requests.ts'

interface Exchange {
  item(value: unknown): void
  done(value: unknown): void
  failed(error: Error): void
}

/**
 * The caller's side of the contract over any carrier. It neither opens nor reopens the carrier:
 * whoever does calls `close` with the reason, which fails everything under way.
 */
export class ContractClient {
  readonly #send: (request: Request) => void
  readonly #exchanges = new Map<number, Exchange>()
  #nextId = 0
  #closed: Error | null = null

  constructor(send: (request: Request) => void) {
    this.#send = send
  }

  async call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    signal?: AbortSignal,
  ): Promise<CallOutput<Name>> {
    const answer = await this.#exchange((id) => ({ type: 'call', id, name, input }), drop, signal)
    // The server answers a call with the output of that call's schema.
    return answer as CallOutput<Name>
  }

  /** Follows a stream until it ends, the signal aborts (then it resolves) or it fails. */
  async watch<Name extends StreamName>(
    name: Name,
    onItem: (item: StreamItem<Name>) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    try {
      await this.#exchange(
        (id) => ({ type: 'open', id, name }),
        (value) => onItem(value as StreamItem<Name>),
        signal,
      )
    } catch (error) {
      if (!signal?.aborted) throw error
    }
  }

  receive(message: unknown): void {
    if (!isResponse(message)) return
    const exchange = this.#exchanges.get(message.id)
    // Answers may still arrive for what was cancelled here a moment ago.
    if (!exchange) return
    if (message.type === 'item') return exchange.item(message.value)
    this.#exchanges.delete(message.id)
    if (message.type === 'fault') {
      exchange.failed(new Fault(knownCode(message.fault), message.fault.details))
    } else {
      exchange.done(message.type === 'result' ? message.value : undefined)
    }
  }

  close(reason: Error): void {
    if (this.#closed) return
    this.#closed = reason
    for (const exchange of this.#exchanges.values()) exchange.failed(reason)
    this.#exchanges.clear()
  }

  async #exchange(
    request: (id: number) => Request,
    onItem: (value: unknown) => void,
    signal?: AbortSignal,
  ): Promise<unknown> {
    if (this.#closed) throw this.#closed
    if (signal?.aborted) throw cancellation()
    const id = this.#nextId++
    const { promise, resolve, reject } = promiseParts<unknown>()
    this.#exchanges.set(id, { item: onItem, done: resolve, failed: reject })
    const onAbort = () => {
      if (!this.#exchanges.delete(id)) return
      if (!this.#closed) this.#send({ type: 'cancel', id })
      reject(cancellation())
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      this.#send(request(id))
      return await promise
    } finally {
      this.#exchanges.delete(id)
      signal?.removeEventListener('abort', onAbort)
    }
  }
}

function drop(): void {}

// Promise.withResolvers is not in Node 20.
function promiseParts<T>() {
  let resolve: (value: T) => void = drop
  let reject: (error: Error) => void = drop
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
