import type { Clock } from './clock.ts'

const lookMs = 5_000
/** What a busy computer may be late by without having slept. */
const toleranceMs = 5_000

/**
 * Calls back after this computer slept or this process was stopped: the wall clock has then moved
 * on by more than the monotonic one, or a timer comes late. A clock somebody sets looks the same,
 * which costs one needless look around. Returns its undo.
 */
export function onWake(clock: Clock, woke: () => void): () => void {
  let undo = () => {}
  const look = () => {
    const wall = clock.now()
    const monotonic = clock.monotonic()
    undo = clock.after(lookMs, () => {
      const passed = clock.monotonic() - monotonic
      const jumped = Math.abs(clock.now() - wall - passed)
      look()
      if (jumped > toleranceMs || passed - lookMs > toleranceMs) woke()
    })
  }
  look()
  return () => undo()
}
