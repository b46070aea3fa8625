interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** The pings of one session that wait for their answers, in the order they were sent. */
export class Pings {
  readonly #waiting = new Map<string, Waiting>()
  #last = 0

  next(): Uint8Array {
    this.#last += 1
    const id = Buffer.alloc(4)
    id.writeUInt32BE(this.#last % 2 ** 32)
    return id
  }

  /** Resolves when it is answered. */
  wait(id: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.set(keyOf(id), { resolve, reject }))
  }

  /** An answer may stand for several: this one, and every ping sent before it. */
  answered(id: Uint8Array): void {
    const key = keyOf(id)
    if (!this.#waiting.has(key)) return
    for (const [earlier, { resolve }] of this.#waiting) {
      resolve()
      if (earlier === key) return
    }
  }

  /** Nobody waits for it any more. */
  forget(id: Uint8Array): void {
    this.#waiting.delete(keyOf(id))
  }

  fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
  }
}

function keyOf(id: Uint8Array): string {
  return Buffer.from(id).toString('hex')
}
