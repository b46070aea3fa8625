import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { Fault } from '#shared/faults.ts'

/** Something that takes effect a little later, so that the person can think better of it. */
interface Deed {
  /** What it is about; whoever shows that leaves it out from now on. */
  readonly key: string
  readonly says: () => string
  readonly act: () => Promise<unknown>
}

interface Undoable {
  readonly deed: Deed | null
  /** `acting`: it can no longer be undone, and is not done yet. */
  readonly phase: 'waiting' | 'acting'
  readonly fault: Fault | null
  /** How many were done: what was read before is old. */
  readonly done: number
}

export const undoable = createStore<Undoable>(() => ({
  deed: null,
  phase: 'waiting',
  fault: null,
  done: 0,
}))

/** One at a time: whatever still waited is done now. */
export function doLater(deed: Deed): void {
  finish()
  undoable.setState({ deed, phase: 'waiting', fault: null })
}

export function undo(): void {
  if (undoable.getState().phase === 'waiting') undoable.setState({ deed: null })
}

/** Nobody wants it back. */
export function finish(): void {
  const { deed, phase } = undoable.getState()
  if (deed && phase === 'waiting') void act(deed)
}

export function forgetFault(): void {
  undoable.setState({ fault: null })
}

async function act(deed: Deed): Promise<void> {
  undoable.setState({ phase: 'acting' })
  const fault = await deed.act().then(
    () => null,
    (error: unknown) => Fault.of(error),
  )
  const { deed: current, done } = undoable.getState()
  undoable.setState({ done: done + 1, ...(fault ? { fault } : {}) })
  if (current === deed) undoable.setState({ deed: null, phase: 'waiting' })
}

/** Whether this is on its way out, and not to be shown. */
export function useGoing(): (key: string) => boolean {
  const going = useStore(undoable, ({ deed }) => deed?.key ?? null)
  return (key) => key === going
}
