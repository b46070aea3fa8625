import { Fault } from '#shared/faults.ts'
import { abortable } from '#core/base/abortable.ts'

/** Everything there is to read, without the newline that ends it. */
export async function textFrom(
  stdin: AsyncIterable<Uint8Array | string>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const iterator = stdin[Symbol.asyncIterator]()
  const chunks: Buffer[] = []
  let length = 0
  for (;;) {
    const { value, done } = await abortable(iterator.next(), signal)
    if (done) break
    const bytes = Buffer.from(value)
    length += bytes.length
    if (length > maxBytes) throw new Fault('usage.invalid', { problem: 'That is too long' })
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

/** Standard input line by line, for whoever asks one question after the other. */
export class Lines {
  readonly #chunks: AsyncIterator<Uint8Array | string>
  #rest = ''

  constructor(stdin: AsyncIterable<Uint8Array | string>) {
    this.#chunks = stdin[Symbol.asyncIterator]()
  }

  /** Null at the end of the input. */
  async next(signal: AbortSignal): Promise<string | null> {
    for (;;) {
      const end = this.#rest.search(/\r?\n|\r/)
      if (end !== -1) {
        const line = this.#rest.slice(0, end)
        this.#rest = this.#rest.slice(end).replace(/^(?:\r?\n|\r)/, '')
        return line
      }
      if (this.#rest.length > maxLine) throw new Fault('usage.invalid', { problem: 'Too long' })
      const { value, done } = await abortable(this.#chunks.next(), signal)
      if (done) return this.#last()
      this.#rest += Buffer.from(value).toString('utf8')
    }
  }

  #last(): string | null {
    const line = this.#rest
    this.#rest = ''
    return line === '' ? null : line
  }
}

const maxLine = 4_096
