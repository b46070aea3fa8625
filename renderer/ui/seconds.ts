import { useSyncExternalStore } from 'react'

const lookMs = 200

/** Whole seconds until then; renders again only when the number is another. */
export function useSecondsLeft(until: number): number {
  return useSyncExternalStore(often, () => Math.max(0, Math.ceil((until - Date.now()) / 1_000)))
}

function often(listener: () => void): () => void {
  const timer = setInterval(listener, lookMs)
  return () => clearInterval(timer)
}
