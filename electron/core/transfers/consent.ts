import type { Trust } from '#shared/devices.ts'
import type { AcceptRule } from '#shared/model.ts'
import type { Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import type { Counts } from './mover.ts'
import type { Agreed } from './movers/messages.ts'
import type { TransferRecord } from './record.ts'

/** A yes, and to how much. */
export type Consent = NonNullable<TransferRecord['consent']>

type Landed = Pick<TransferRecord, 'landed'>

/** What a yes is given to: the offer as it was shown, or what a rule says. */
export interface Extent {
  readonly maxBytes: number | null
  readonly maxFiles: number | null
  readonly isOpen: boolean
}

/** Who is trusted may send whatever they like. */
export const anything: Extent = { maxBytes: null, maxFiles: null, isOpen: false }

/** A yes from now on: what landed before it does not count. */
export function consentTo(extent: Extent, { landed }: Landed): Consent {
  return { ...extent, before: landed, isSpent: false }
}

/**
 * Whether what is offered now needs no new yes. Where anything may come, that was for trust or a
 * rule to say, and both are asked anew.
 */
export function covers(
  { maxBytes, maxFiles, isSpent }: Consent,
  { bytes, files }: { readonly bytes: number; readonly files: number },
): boolean {
  if (isSpent || maxBytes === null) return false
  return bytes <= maxBytes && (maxFiles === null || files <= maxFiles)
}

/** A yes that was given early is to what the sender says it is, once it has said so. */
export function boundBy(consent: Consent | null, { bytes, files, listed }: Counts): Consent | null {
  if (!consent?.isOpen || !listed) return consent
  const maxBytes = Math.min(bytes, consent.maxBytes ?? bytes)
  return { ...consent, isOpen: false, maxBytes, maxFiles: files }
}

type Agreement = Pick<TransferRecord, 'consent' | 'landed' | 'names' | 'things'>

/** For the mover: what may still land, and what has landed under this yes already. */
export function agreedIn({ consent, landed, names, things }: Agreement): Agreed {
  const { before, ...extent } = consent ?? nothing
  const { bytes, files } = landed
  // Where whatever comes is welcome, nobody was shown a name; of many only the first were.
  const wereShown = (extent.isOpen || extent.maxFiles !== null) && things <= names.length
  return {
    ...extent,
    names: wereShown ? names : null,
    landed: { bytes: bytes - before.bytes, files: files - before.files },
  }
}

const nothing = { maxBytes: 0, maxFiles: 0, isOpen: false, before: { bytes: 0, files: 0 } }

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
export function mayNot({ options }: Desk, { device }: Pick<Entry, 'device'>): boolean {
  const trust = options.devices.trustOf(device)
  return trust !== 'known' && trust !== 'trusted'
}
