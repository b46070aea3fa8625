import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const gc: unknown = runInNewContext('gc')

/** For tests that prove that something is let go of. */
export function collectGarbage(): void {
  if (typeof gc !== 'function') throw new Error('this runtime does not collect on demand')
  gc()
}
