/**
 * Which have to go so that no more than so many stay, the oldest of them first in the list: always
 * the oldest of whoever has most, so that nobody pushes out what others left.
 */
export function crowdedOut<Row>(
  oldestFirst: readonly Row[],
  limit: number,
  ownerOf: (row: Row) => string,
): Row[] {
  const owned = new Map<string, Row[]>()
  for (const row of oldestFirst) {
    const rows = owned.get(ownerOf(row)) ?? []
    rows.push(row)
    owned.set(ownerOf(row), rows)
  }
  const gone: Row[] = []
  while (oldestFirst.length - gone.length > limit) {
    const most = [...owned.values()].reduce((one, other) =>
      other.length > one.length ? other : one,
    )
    gone.push(...most.splice(0, 1))
  }
  return gone
}
