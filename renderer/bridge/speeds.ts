import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Transfer } from '#shared/transfers.ts'
import type { Followed } from './streams.ts'

/** Bytes a second, one number for each second of the last minute, the oldest first. */
export type Speeds = StoreApi<ReadonlyMap<string, readonly number[]>>

const everyMs = 1_000
export const speedSeconds = 60

/** Looks once a second at what moves; whatever does not move any more is forgotten. */
export function keepSpeeds(transfers: StoreApi<Followed<ReadonlyMap<string, Transfer>>>): Speeds {
  const speeds: Speeds = createStore(() => new Map())
  setInterval(() => {
    const known = speeds.getState()
    const rows = [...(transfers.getState().value?.values() ?? [])]
    const next = new Map(
      rows
        .filter((row) => row.state === 'moving' || (row.state === 'paused' && known.has(row.id)))
        .map(({ id, rate }) => [id, [...(known.get(id) ?? []), rate].slice(-speedSeconds)]),
    )
    if (next.size > 0 || known.size > 0) speeds.setState(next, true)
  }, everyMs)
  return speeds
}
