import type { Trust } from '#shared/devices.ts'
import type { AcceptRule } from '#shared/model.ts'
import type { Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import type { TransferRecord } from './record.ts'

/** A yes, and to how much. */
export type Consent = NonNullable<TransferRecord['consent']>

/** Whether what is offered now is no more than what the yes was about. */
export function covers({ maxBytes }: Consent, { bytes }: { readonly bytes: number }): boolean {
  return maxBytes === null || bytes <= maxBytes
}

/** Where the size decides and is not known yet, a person is asked, and may be spared it later. */
export function verdictOn(
  { totalBytes, listed }: Pick<TransferRecord, 'totalBytes' | 'listed'>,
  trust: Trust | null,
  rule: AcceptRule | undefined,
): 'accept' | 'ask' | 'refuse' {
  switch (trust) {
    case null:
    case 'blocked':
    case 'observer':
      return 'refuse'
    case 'trusted':
      return 'accept'
    case 'known': {
      if (!rule) return 'ask'
      if (rule.maxBytes === null) return 'accept'
      return listed && totalBytes <= rule.maxBytes ? 'accept' : 'ask'
    }
    default:
      return trust satisfies never
  }
}

/** Trust is asked at every step, for it can be taken back in between. */
export function mayNot({ options }: Desk, { device, record }: Entry): boolean {
  return verdictOn(record, options.devices.trustOf(device), undefined) === 'refuse'
}
