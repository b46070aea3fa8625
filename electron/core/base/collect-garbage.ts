import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Lets go, where the runtime can, of what nobody holds any more, and of what the binding keeps for it. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const gc: unknown = runInNewContext("typeof gc === 'function' ? gc : null")
  if (typeof gc === 'function') gc()
  // What was collected is let go of in the next turn.
  await setImmediate()
}
