import { createStore } from 'zustand/vanilla'
import type { ReceivedText } from '#shared/devices.ts'

/** The ids of texts that stood on the page of their sender: they need not be said again elsewhere. */
export const seen = createStore<ReadonlySet<string>>(() => new Set())

export function haveSeen(texts: readonly ReceivedText[]): void {
  const before = seen.getState()
  const fresh = texts.filter(({ id }) => !before.has(id))
  if (fresh.length > 0) seen.setState(new Set([...before, ...fresh.map(({ id }) => id)]), true)
}
