/** BLAKE3 of a stream of bytes; `digest` is called once and last. */
export interface Blake3 {
  update(bytes: Uint8Array): void
  digest(): Uint8Array
}

interface Engine {
  hasher(): Blake3
  /** Of bytes that are all here. */
  once(bytes: Uint8Array): Uint8Array
}

/** Prebuilt native code: several times faster than anything else in Node. */
async function nativeEngine(): Promise<Engine> {
  const { Blake3Hasher } = await import('@napi-rs/blake-hash')
  // One for all: each of them, and each buffer it makes, costs the collector more than a hash.
  const shared = new Blake3Hasher()
  return {
    hasher() {
      const hasher = new Blake3Hasher()
      return {
        update: (bytes) => void hasher.update(asBuffer(bytes)),
        digest: () => hasher.digestBuffer(),
      }
    },
    once(bytes) {
      shared.reset()
      shared.update(asBuffer(bytes))
      return Buffer.from(shared.digest('hex'), 'hex')
    },
  }
}

/** The same memory, as the binding wants it. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** For the systems the native one was not built for. */
export async function wasmEngine(): Promise<Engine> {
  const { createHash } = await import('blake3-wasm')
  const hasher = (): Blake3 => {
    const hash = createHash()
    return {
      update: (bytes) => void hash.update(bytes),
      digest: () => hash.digest(),
    }
  }
  return {
    hasher,
    once(bytes) {
      const whole = hasher()
      whole.update(bytes)
      return whole.digest()
    },
  }
}

/** The first engine that loads here. */
export async function loadBlake3(
  engines: readonly (() => Promise<Engine>)[] = [nativeEngine, wasmEngine],
): Promise<Engine> {
  const problems: unknown[] = []
  for (const load of engines) {
    try {
      return await load()
    } catch (error) {
      problems.push(error)
    }
  }
  throw new AggregateError(problems, 'no BLAKE3 loads on this system')
}

export const hashBytes = 32

const engine = await loadBlake3()
export const createBlake3 = (): Blake3 => engine.hasher()
export const blake3Of = (bytes: Uint8Array): Uint8Array => engine.once(bytes)
