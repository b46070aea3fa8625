import type { Path as ShownPath } from '#shared/devices.ts'
import { socketAddressSchema } from '#shared/model.ts'
import type { Path } from '../endpoint/types.ts'

export type { ShownPath }

/** How much the round trip must differ to be news for a person. */
const noticeableMs = 5
const noticeableShare = 0.25

/** The path as people see it: the one shown before unless it has changed enough to matter. */
export function shownPath(
  path: Pick<Path, 'kind' | 'address' | 'rttMs'> | null,
  before: ShownPath | null,
): ShownPath | null {
  if (!path) return before
  const { kind, address } = path
  const rttMs = Math.round(path.rttMs * 10) / 10
  const same = before?.kind === kind && before.address === address
  return same && !isNoticeable(rttMs, before.rttMs) ? before : { kind, address, rttMs }
}

function isNoticeable(rttMs: number, before: number | null): boolean {
  if (before === null) return true
  return Math.abs(rttMs - before) > Math.max(noticeableMs, before * noticeableShare)
}

/** Where the device may be found again; a relay is no address of its own. */
export function addressOn(path: ShownPath | null): string | null {
  if (path?.kind === 'relay') return null
  return socketAddressSchema.safeParse(path?.address).data ?? null
}
