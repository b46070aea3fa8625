import { contract, isCallName, isStreamName, type Api } from '../contract.ts'
import { Fault, isCancellation } from '../faults.ts'
import { maxExchanges, type Response } from './messages.ts'
import { requestSchema, type Request } from './requests.ts'

/** What carries messages to one client. */
export interface Outbound {
  send(response: Response): void
  /** Resolves when the client can take more; a slow one gets fewer, newer items. */
  drained(): Promise<void>
}

export interface Serving {
  receive(message: unknown): void
  close(): void
}

/**
 * Serves the contract to one client. Names are looked up in the contract and nowhere else, input is
 * parsed before anything runs, and whatever is thrown leaves as a fault with its sentence.
 */
export function serveApi(api: Api, outbound: Outbound, report: (error: unknown) => void): Serving {
  const exchanges = new Map<number, AbortController>()

  function receive(message: unknown): void {
    const parsed = requestSchema.safeParse(message)
    // Without an id there is nobody to answer.
    if (!parsed.success) return report(new Fault('input.invalid', { problem: 'not a request' }))
    const request = parsed.data
    if (request.type === 'cancel') return exchanges.get(request.id)?.abort()
    if (exchanges.has(request.id)) return refuse(request.id, 'an id in use')
    if (exchanges.size >= maxExchanges) return refuse(request.id, 'too many requests at once')
    const controller = new AbortController()
    exchanges.set(request.id, controller)
    void run(request, controller.signal).finally(() => exchanges.delete(request.id))
  }

  function refuse(id: number, problem: string): void {
    outbound.send({ type: 'fault', id, fault: new Fault('input.invalid', { problem }).toRecord() })
  }

  async function run(
    request: Exclude<Request, { type: 'cancel' }>,
    signal: AbortSignal,
  ): Promise<void> {
    const { id } = request
    try {
      if (request.type === 'call') {
        const value = await call(request.name, request.input, signal)
        if (!signal.aborted) outbound.send({ type: 'result', id, value })
      } else {
        await stream(id, request.name, signal)
        if (!signal.aborted) outbound.send({ type: 'end', id })
      }
    } catch (error) {
      if (signal.aborted || isCancellation(error)) return
      const fault = Fault.of(error)
      if (fault.code === 'internal') report(error)
      outbound.send({ type: 'fault', id, fault: fault.toRecord() })
    }
  }

  async function call(name: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    if (!isCallName(name)) throw new Fault('input.invalid', { problem: 'an unknown call' })
    const parsed = contract.calls[name].input.safeParse(input)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      const where = issue?.path.join('.') ?? ''
      throw new Fault('input.invalid', { problem: `${where} ${issue?.message ?? ''}`.trim() })
    }
    // The schema of this very name produced the value; the compiler cannot correlate the two.
    const handler = api.calls[name] as (input: unknown, signal: AbortSignal) => Promise<unknown>
    return handler(parsed.data, signal)
  }

  async function stream(id: number, name: string, signal: AbortSignal): Promise<void> {
    if (!isStreamName(name)) throw new Fault('input.invalid', { problem: 'an unknown stream' })
    for await (const value of api.streams[name](signal)) {
      if (signal.aborted) return
      outbound.send({ type: 'item', id, value })
      await outbound.drained()
    }
  }

  function close(): void {
    for (const controller of exchanges.values()) controller.abort()
  }

  return { receive, close }
}
