import type { DeviceId, TransferId } from '#shared/ids.ts'

interface Waiting {
  readonly id: TransferId
  readonly device: DeviceId
  readonly order: number
}

/** How many may move at once in each direction. */
export const maxMoving = 3

/**
 * Whose turn it is: every device gets one slot before any gets a second, and within that the order
 * people see decides.
 */
export function nextTurns<Candidate extends Waiting>(
  waiting: readonly Candidate[],
  moving: readonly { readonly device: DeviceId }[],
  slots = maxMoving,
): Candidate[] {
  const left = waiting.toSorted((a, b) => a.order - b.order)
  const held = new Map<DeviceId, number>()
  for (const { device } of moving) held.set(device, (held.get(device) ?? 0) + 1)
  const chosen: Candidate[] = []
  while (left.length > 0 && moving.length + chosen.length < slots) {
    const fewest = Math.min(...left.map(({ device }) => held.get(device) ?? 0))
    const at = left.findIndex(({ device }) => (held.get(device) ?? 0) === fewest)
    const [next] = left.splice(at, 1)
    if (!next) break
    held.set(next.device, fewest + 1)
    chosen.push(next)
  }
  return chosen
}

/** The place in the order right before another one, or behind all. */
export function placeBefore(
  rows: readonly { readonly id: TransferId; readonly order: number }[],
  before: TransferId | null,
): number {
  const orders = rows.toSorted((a, b) => a.order - b.order)
  const at = before === null ? -1 : orders.findIndex(({ id }) => id === before)
  const next = orders[at]
  if (!next) return (orders.at(-1)?.order ?? 0) + 1
  const previous = orders[at - 1]
  return previous ? (previous.order + next.order) / 2 : next.order - 1
}
