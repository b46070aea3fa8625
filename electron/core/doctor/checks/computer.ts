import type { FaultCode } from '#shared/faults.ts'
import type { KeyProtection } from '#shared/model.ts'
import { bad, good, notice, type Check, type Finding } from '../check.ts'
import type { DoctorParts } from '../parts.ts'

const mib = 1024 ** 2
const littleBytes = 1024 * mib
const noBytes = 64 * mib
const watchedMs = 1_000
const stallMs = 250

/** The computer itself: disk, key, saved data, and whether this process gets to its work. */
export function computerChecks({ system, device }: DoctorParts): Check[] {
  return [
    { id: 'disk', look: async () => lookAtDisk(await system.freeBytes()) },
    { id: 'key', look: () => keyFindings[device.value.keyProtection] },
    {
      id: 'store',
      look: () => lookAtStore(device.value.problems.map(({ code }) => code)),
    },
    {
      id: 'load',
      look: async (signal) => lookAtStall(await system.stallWithin(watchedMs, signal)),
    },
  ]
}

function lookAtDisk(free: number): Finding {
  const room =
    free >= 10_000_000_000
      ? `${Math.floor(free / 1_000_000_000)} GB`
      : `${Math.floor(free / 1_000_000)} MB`
  if (free < noBytes) return bad('disk.none', { room })
  return free < littleBytes ? notice('disk.little', { room }) : good('disk.free', { room })
}

const keyFindings: Readonly<Record<KeyProtection, Finding>> = {
  keychain: good('key.keychain'),
  passphrase: good('key.passphrase'),
  'key-file': notice('key.file'),
  unprotected: notice('key.unprotected'),
}

/** In words of its own: the sentences of these faults name files. */
const storeFindings: Partial<Record<FaultCode, Finding>> = {
  'store.damaged': bad('data.damaged'),
  'store.incomplete': bad('data.incomplete'),
  'store.restored': notice('data.restored'),
}

function lookAtStore(problems: readonly FaultCode[]): Finding {
  for (const code of problems) {
    const finding = storeFindings[code]
    if (finding) return finding
  }
  return good('data.sound')
}

function lookAtStall(milliseconds: number): Finding {
  if (milliseconds < stallMs) return good('load.fine')
  return notice('load.waits', { milliseconds: Math.round(milliseconds) })
}
