import { WebSocket } from 'ws'

type Parameters = Readonly<Record<string, unknown>>
type Listener = (parameters: never) => void

interface Answer {
  readonly id?: number
  readonly sessionId?: string
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** The DevTools protocol, as little of it as the stand-in needs: one socket, many sessions. */
export class Cdp {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners = new Map<string, Listener[]>()
  #nextId = 1

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString()) as Answer))
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser is gone'))
      this.#waiting.clear()
    })
  }

  static connect(url: string): Promise<Cdp> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { perMessageDeflate: false })
      socket.once('open', () => resolve(new Cdp(socket)))
      socket.once('error', reject)
    })
  }

  session(sessionId?: string): CdpSession {
    const on = (method: string, listener: Listener) => {
      const key = `${sessionId ?? ''} ${method}`
      this.#listeners.set(key, [...(this.#listeners.get(key) ?? []), listener])
    }
    const send = (method: string, params: Parameters = {}) => this.#send(method, params, sessionId)
    // What a method answers is for its caller to know.
    return { on, send: send as CdpSession['send'] }
  }

  #send(method: string, params: Parameters, sessionId?: string): Promise<unknown> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new Error(`${method}: ${error.message}`))
      this.#waiting.set(id, { resolve, reject: fail })
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }))
    })
  }

  #take({ id, sessionId, method, params, result, error }: Answer): void {
    if (id !== undefined) {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error) waiting?.reject(new Error(error.message))
      else waiting?.resolve(result)
      return
    }
    for (const listener of this.#listeners.get(`${sessionId ?? ''} ${method}`) ?? []) {
      listener(params as never)
    }
  }
}

export interface CdpSession {
  readonly send: <Result = unknown>(method: string, params?: Parameters) => Promise<Result>
  readonly on: (method: string, listener: Listener) => void
}
