import { request, type IncomingMessage } from 'node:http'
import { isCancellation } from '#shared/faults.ts'
import { within } from '../../base/deadline.ts'
import type { Router } from '../udp-question.ts'

const maxBytes = 64 * 1024
const maxHeaderBytes = 8 * 1024
const answerMs = 2_000

interface Question {
  readonly url: URL
  /** Null only reads. */
  readonly post: {
    readonly body: string
    readonly headers: Readonly<Record<string, string>>
  } | null
}

interface Told {
  readonly status: number
  readonly text: string
  /** Ours on the way to the router. */
  readonly source: string
}

/** Only the router itself is asked: whatever it says leads to somebody else is no address. */
export function urlAt(text: string, router: Pick<Router, 'address'>, base?: URL): URL | null {
  if (!URL.canParse(text, base?.href)) return null
  const url = new URL(text, base?.href)
  const isPlain = url.protocol === 'http:' && url.username === '' && url.password === ''
  return isPlain && url.hostname === router.address ? url : null
}

/** One request of its own connection. A redirection is not followed, and more than is asked for ends it. */
export async function askByHttp(
  { clock, signal }: Router,
  question: Question,
): Promise<Told | null> {
  try {
    return await within({ clock, milliseconds: answerMs, signal }, (inner) => told(question, inner))
  } catch (error) {
    if (isCancellation(error)) throw error
    return null
  }
}

function told({ url, post }: Question, signal: AbortSignal): Promise<Told> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        hostname: url.hostname,
        port: url.port === '' ? 80 : Number(url.port),
        path: `${url.pathname}${url.search}`,
        method: post ? 'POST' : 'GET',
        headers: { ...post?.headers, connection: 'close' },
        agent: false,
        maxHeaderSize: maxHeaderBytes,
        signal,
      },
      (response) => {
        const source = response.socket.localAddress ?? ''
        read(response).then((text) => {
          resolve({ status: response.statusCode ?? 0, text, source })
        }, reject)
      },
    )
    asked.on('error', reject)
    asked.end(post?.body)
  })
}

async function read(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of response) {
    if (!Buffer.isBuffer(piece)) continue
    bytes += piece.length
    // Leaving the loop ends the connection.
    if (bytes > maxBytes) throw new RangeError('more than a router has to say')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
