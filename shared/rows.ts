/** A change to rows known by their id: a whole picture, or what was put and removed since. */
export type RowsItem<Row> =
  | { readonly snapshot: readonly Row[] }
  | { readonly put: readonly Row[]; readonly remove: readonly string[] }

/** Applies one item to what was known; the same function serves the renderer and the CLI. */
export function applyRows<Row extends { readonly id: string }>(
  known: ReadonlyMap<string, Row>,
  item: RowsItem<Row>,
): ReadonlyMap<string, Row> {
  if ('snapshot' in item) return new Map(item.snapshot.map((row) => [row.id, row]))
  const next = new Map(known)
  for (const id of item.remove) next.delete(id)
  for (const row of item.put) next.set(row.id, row)
  return next
}
