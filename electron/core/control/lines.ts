import { Fault } from '#shared/faults.ts'

/**
 * Cuts a byte stream into lines of JSON. The size is judged before anything is kept, so a peer that
 * never sends a newline costs no more than one line.
 */
export class JsonLines {
  readonly #maxBytes: number
  #parts: Uint8Array[] = []
  #pending = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The values completed by this chunk; throws `frame.oversize` or `frame.malformed`. */
  *push(chunk: Uint8Array): Generator {
    let start = 0
    for (;;) {
      const end = chunk.indexOf(0x0a, start)
      const part = chunk.subarray(start, end === -1 ? chunk.length : end)
      if (this.#pending + part.length > this.#maxBytes) throw new Fault('frame.oversize')
      if (end === -1) {
        if (part.length > 0) this.#parts.push(part)
        this.#pending += part.length
        return
      }
      const line = Buffer.concat([...this.#parts, part])
      this.#parts = []
      this.#pending = 0
      start = end + 1
      yield parse(line)
    }
  }
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'))
  } catch (error) {
    throw new Fault('frame.malformed', {}, { cause: error })
  }
}
