import { useSyncExternalStore } from 'react'

/** One page at a time: the list, then the device. */
export const useNarrow = watching('(max-width: 719px)')

/** Little room beside the list, or no list: in rows, what one can do goes below the words. */
export const useSlim = watching('(max-width: 959px)')

function watching(query: string): () => boolean {
  const media = matchMedia(query)
  const onChange = (listener: () => void) => {
    media.addEventListener('change', listener)
    return () => media.removeEventListener('change', listener)
  }
  return () => useSyncExternalStore(onChange, () => media.matches)
}
