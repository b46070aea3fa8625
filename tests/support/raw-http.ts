import { createConnection } from 'node:net'

export interface RawAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export interface RawRequest {
  readonly port: number
  /** As on the wire; nothing is added, encoded or put right. */
  readonly line: string
  readonly headers?: readonly string[]
  readonly body?: string
}

/** One request exactly as written, on its own connection; the answer as it came. */
export function rawHttp({ port, line, headers = [], body = '' }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')))
    socket.on('connect', () => socket.write([line, ...headers, '', body].join('\r\n')))
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      const answer = parse(Buffer.concat(chunks).toString('utf8'))
      // An accepted WebSocket stays open, and so does a connection that may be used again.
      if (answer) {
        resolve(answer)
        socket.destroy()
      }
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('closed without an answer')))
  })
}

function parse(text: string): RawAnswer | null {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return null
  const [status = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const body = text.slice(end + 4)
  if (Buffer.byteLength(body) < Number(headers.get('content-length') ?? 0)) return null
  return { status: Number(status.split(' ')[1]), headers, body }
}
