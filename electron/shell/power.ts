import type { PowerSaveBlocker } from 'electron'

/** The computer stays awake, its display may sleep. Returns the end of it. */
export function keepAwake(blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>): () => void {
  const id = blocker.start('prevent-app-suspension')
  return () => void blocker.stop(id)
}
