import { isOver } from '#shared/transfer-states.ts'
import type { Transfer } from '#shared/transfers.ts'

/** Whose bytes move now, or would if the disk or the network let them. */
export function underWay(transfers: Iterable<Transfer>): Transfer[] {
  return [...transfers].filter(
    (row) => row.state === 'moving' || row.state === 'finishing' || row.state === 'accepted',
  )
}

/** How far one is, from 0 to 1; null while nobody knows how much it is. */
export function shareOf({ bytes, totalBytes, listed }: Transfer): number | null {
  if (!listed || totalBytes === 0) return null
  return Math.min(1, bytes / totalBytes)
}

/** How far all of them are together, for the one bar of the taskbar; null while none moves. */
export function shareOfAll(transfers: Iterable<Transfer>): number | null {
  const rows = underWay(transfers)
  const total = rows.reduce((sum, { totalBytes }) => sum + totalBytes, 0)
  if (rows.length === 0 || total === 0) return null
  return Math.min(1, rows.reduce((sum, { bytes }) => sum + bytes, 0) / total)
}

/** What waits for a person here: offers, and transfers that failed since the start. */
export function waitingForPerson(transfers: Iterable<Transfer>): number {
  return [...transfers].filter((row) => row.state === 'offered' && row.direction === 'receive')
    .length
}

/** What would stop if Gangway stopped. */
export function wouldStop(transfers: Iterable<Transfer>): Transfer[] {
  return [...transfers].filter(
    (row) => !isOver(row) && (row.state === 'moving' || row.state === 'finishing'),
  )
}
