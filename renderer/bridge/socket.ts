import { cancellation, Fault, isFaultCode } from '#shared/faults.ts'
import { opensWith, type OpensWith } from '#shared/page-door.ts'
import { Refused, type Carrier } from './carrier.ts'

/** Opens the contract over a WebSocket of the page's own origin, after showing the token if any. */
export function socketOpener(): (signal: AbortSignal) => Promise<Carrier> {
  // Who goes to a place in the app before it was answered takes it out of the address.
  let unanswered: string | null = null

  return async (signal) => {
    // Whatever is typed or carried here, others on the way could read; our server shows no such page.
    if (!isSecureContext) throw new Refused('link')
    unanswered = tokenIn(location.hash) ?? unanswered
    if (unanswered !== null) await exchange(unanswered, signal)
    unanswered = null
    return openSocket(signal)
  }
}

async function openSocket(signal: AbortSignal): Promise<Carrier> {
  const socket = new WebSocket(new URL('contract', baseUrl('ws')))
  try {
    await opened(socket, signal)
  } catch (error) {
    socket.close()
    if (!signal.aborted) await recognised(signal)
    throw error
  }
  return socketCarrier(socket)
}

/** The token in a link's fragment; fragments that start with a slash are places in the app. */
export function tokenIn(hash: string): string | null {
  return /^#[^/]/.test(hash) ? hash.slice(1) : null
}

/**
 * The token becomes a cookie that scripts cannot read, and leaves the address bar and the history.
 * It stays there until it was answered, so that a reload meanwhile loses nothing.
 */
async function exchange(token: string, signal: AbortSignal): Promise<void> {
  const response = await present(token, signal)
  if (!response.ok && !isRefusal(response)) throw new Fault('host.lost')
  dropToken()
  if (!response.ok) throw new Refused(needsOf(response))
}

const answerMs = 10_000

/** Shows what the person typed; a Fault says why it is not taken. */
export async function signIn(password: string): Promise<void> {
  const response = await present(password, AbortSignal.timeout(answerMs))
  if (!response.ok) throw await faultIn(response)
}

function present(token: string, signal: AbortSignal): Promise<Response> {
  return ask(signal, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
}

async function faultIn(response: Response): Promise<Fault> {
  const body: unknown = await response.json().catch(() => null)
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null
  return new Fault(typeof code === 'string' && isFaultCode(code) ? code : 'host.lost')
}

function isRefusal({ status }: Response): boolean {
  return status === 401 || status === 403
}

function needsOf({ headers }: Response): OpensWith {
  return headers.get(opensWith) === 'password' ? 'password' : 'link'
}

/** Who has gone to a place in the app meanwhile stays there. */
export function dropToken(): void {
  if (tokenIn(location.hash) === null) return
  history.replaceState(null, '', location.pathname + location.search)
}

/** A browser does not say why a socket failed, so Gangway is asked whether it knows this page. */
async function recognised(signal: AbortSignal): Promise<void> {
  const response = await ask(signal, { method: 'HEAD' }).catch(() => null)
  if (response && isRefusal(response)) throw new Refused(needsOf(response))
}

async function ask(signal: AbortSignal, request: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL('session', baseUrl('http')), {
      ...request,
      cache: 'no-store',
      signal,
    })
  } catch (error) {
    throw new Fault('host.lost', {}, { cause: error })
  }
}

function baseUrl(scheme: 'http' | 'ws'): string {
  const secure = location.protocol === 'https:' ? 's' : ''
  return `${scheme}${secure}://${location.host}/`
}

function opened(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('error', () => reject(new Fault('host.lost')), { once: true })
    signal.addEventListener('abort', () => reject(cancellation()), { once: true })
  })
}

function socketCarrier(socket: WebSocket): Carrier {
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    receive: (listener) =>
      listening(socket, 'message', (event) => {
        if (typeof event.data === 'string') listener(JSON.parse(event.data))
      }),
    closed: (listener) => listening(socket, 'close', listener),
    close: () => socket.close(),
  }
}

function listening<Type extends keyof WebSocketEventMap>(
  socket: WebSocket,
  type: Type,
  listener: (event: WebSocketEventMap[Type]) => void,
): () => void {
  socket.addEventListener(type, listener)
  return () => socket.removeEventListener(type, listener)
}
