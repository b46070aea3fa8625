import { useSyncExternalStore } from 'react'

const minuteMs = 60_000

/** The time to the minute, for words that need no more; renders again when it changes. */
export function useMinute(): number {
  return useSyncExternalStore(everyMinute, () => Date.now() - (Date.now() % minuteMs))
}

function everyMinute(listener: () => void): () => void {
  const timer = setInterval(listener, minuteMs)
  return () => clearInterval(timer)
}
