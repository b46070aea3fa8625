import { within, type Bounds } from '../base/deadline.ts'
import type { Connection } from './types.ts'

/** Waits within bounds; a connection that comes about afterwards is closed, so nothing leaks. */
export async function arriving<Arrival extends Connection>(
  connection: Promise<Arrival>,
  bounds: Bounds,
): Promise<Arrival> {
  try {
    return await within(bounds, () => connection)
  } catch (error) {
    connection.then(
      (late) => late.close('deadline.passed'),
      () => {},
    )
    throw error
  }
}
