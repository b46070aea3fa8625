import { useSyncExternalStore } from 'react'

const narrow = matchMedia('(max-width: 719px)')

/** One page at a time: the list, then the device. */
export function useNarrow(): boolean {
  return useSyncExternalStore(onChange, () => narrow.matches)
}

function onChange(listener: () => void): () => void {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}
