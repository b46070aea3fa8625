import type { Clock } from '../base/clock.ts'
import { sleep } from '../base/clock.ts'
import { walk } from './content/walk.ts'
import type { Counts } from './mover.ts'

interface Bounds {
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** How long the rest of this thread waits at most. */
const sliceMs = 5
const tellMs = 300

/**
 * Counts what is below the sources, so that an offer can say how much it is before anything moves.
 * Tells now and then, and at last.
 */
export async function survey(
  sources: readonly string[],
  tell: (counts: Counts) => void,
  { clock, signal }: Bounds,
): Promise<void> {
  let [files, bytes] = [0, 0]
  let sliceEnd = clock.monotonic() + sliceMs
  let toldAt = clock.monotonic()
  for (const source of sources) {
    for (const found of walk(source, 0)) {
      if (found.kind === 'entry' && found.entry.kind === 'file') {
        files += 1
        bytes += found.entry.size
      }
      if (clock.monotonic() < sliceEnd) continue
      await sleep(clock, 0, signal)
      sliceEnd = clock.monotonic() + sliceMs
      if (clock.monotonic() - toldAt < tellMs) continue
      toldAt = clock.monotonic()
      tell({ files, bytes, listed: false })
    }
  }
  tell({ files, bytes, listed: true })
}
