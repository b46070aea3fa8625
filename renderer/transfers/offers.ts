import { createStore } from 'zustand/vanilla'
import type { Transfer } from '#shared/transfers.ts'

/** Offers the person put off: they stay in the list and do not come up by themselves again. */
export const putOff = createStore<ReadonlySet<string>>(() => new Set())

export function putOffOffer(id: string): void {
  putOff.setState(new Set(putOff.getState()).add(id), true)
}

/** Brings an offer up again, before all others. */
export function showOffer(id: string): void {
  putOff.setState(new Set([...putOff.getState()].filter((known) => known !== id)), true)
}

/** Those that wait for the person here, the first to come first. */
export function offersIn(transfers: ReadonlyMap<string, Transfer> | null): Transfer[] {
  return [...(transfers?.values() ?? [])]
    .filter((row) => row.state === 'offered' && row.direction === 'receive')
    .sort((one, other) => one.createdAt - other.createdAt)
}
