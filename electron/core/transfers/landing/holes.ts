/** Bytes that follow one another in a file. */
export interface Run {
  readonly offset: number
  readonly length: number
  readonly parts: readonly Uint8Array[]
}

const block = 64 * 1024
const zeros = Buffer.alloc(block)

/**
 * What has to be written of bytes at an offset: blocks of zeros are left out where the file has
 * never been written (from `untouched` on), so that a sparse file stays sparse.
 */
export function runsOf(parts: readonly Uint8Array[], offset: number, untouched: number): Run[] {
  const runs: Run[] = []
  let open: Uint8Array[] = []
  let at = offset
  const endRun = (end: number) => {
    const length = open.reduce((sum, part) => sum + part.length, 0)
    if (length > 0) runs.push({ offset: end - length, length, parts: open })
    open = []
  }
  for (const part of parts) {
    let from = 0
    for (const hole of holesIn(part, at, untouched)) {
      if (hole > from) open.push(part.subarray(from, hole))
      endRun(at + hole)
      from = hole + block
    }
    if (from < part.length) open.push(from === 0 ? part : part.subarray(from))
    at += part.length
  }
  endRun(at)
  return runs
}

/** Where blocks of zeros begin that lie on the grid of the file. */
function* holesIn(part: Uint8Array, at: number, untouched: number): Generator<number> {
  const first = (block - (at % block)) % block
  for (let from = first; from + block <= part.length; from += block) {
    if (at + from >= untouched && zeros.equals(part.subarray(from, from + block))) yield from
  }
}
