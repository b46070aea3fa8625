import { createHash } from 'node:crypto'
import { maxPathLength } from './limits.ts'

const startLength = 1_000
const endLength = 3_000

/**
 * A path as it is told and kept. One that is longer than any system takes, as only somebody makes it
 * who means no good, is cut in the middle; a piece of a hash keeps it apart from others like it.
 */
export function shownPath(path: string): string {
  if (path.length <= maxPathLength) return path
  const mark = createHash('sha256').update(path).digest('hex').slice(0, 8)
  return `${path.slice(0, startLength)}…${mark}…${path.slice(-endLength)}`
}
