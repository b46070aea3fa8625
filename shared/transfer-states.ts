import type { TransferStateName } from './transfers.ts'

/** Apart from the schemas: the page asks this too, and carries no schema library. */

const endStates: ReadonlySet<TransferStateName> = new Set<TransferStateName>([
  'done',
  'failed',
  'declined',
  'cancelled',
])

export function isOver({ state }: { readonly state: TransferStateName }): boolean {
  return endStates.has(state)
}
