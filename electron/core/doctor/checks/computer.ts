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
    { id: 'disk', title: 'Disk', look: async () => lookAtDisk(await system.freeBytes()) },
    { id: 'key', title: 'Device key', look: () => keyFindings[device.value.keyProtection] },
    {
      id: 'store',
      title: 'Saved data',
      look: () => lookAtStore(device.value.problems.map(({ code }) => code)),
    },
    {
      id: 'load',
      title: 'Speed',
      look: async (signal) => lookAtStall(await system.stallWithin(watchedMs, signal)),
    },
  ]
}

function lookAtDisk(free: number): Finding {
  const room =
    free >= 10 * littleBytes
      ? `${Math.floor(free / littleBytes)} GiB`
      : `${Math.floor(free / mib)} MiB`
  const detail = `${room} free on the disk with the data of Gangway.`
  if (free < noBytes) return bad(detail, 'Free some space on it, or Gangway cannot save anything.')
  if (free < littleBytes) return notice(detail, 'Free some space on it soon.')
  return good(detail)
}

const keyFindings: Readonly<Record<KeyProtection, Finding>> = {
  keychain: good('Guarded by the keychain of this computer.'),
  passphrase: good('Guarded by a passphrase.'),
  'key-file': notice(
    'In a file that only this user can read; nothing else guards it.',
    'Encrypt the disk of this computer, or give a new profile a passphrase (GANGWAY_PASSPHRASE).',
  ),
  unprotected: notice(
    'Unprotected: this computer has no keychain, so only the rights of a file guard the key.',
    'Set up a keyring (GNOME Keyring or KWallet), or encrypt the disk of this computer.',
  ),
}

/** In words of its own: the sentences of these faults name files. */
const storeFindings: Partial<Record<FaultCode, Finding>> = {
  'store.damaged': bad(
    'The saved data was damaged and set aside; Gangway started afresh with the same key.',
    'Pair your devices again, and check the disk of this computer.',
  ),
  'store.incomplete': bad(
    'Part of the saved data was damaged; everything else was kept.',
    'Look over the settings and the paired devices and set again what is missing.',
  ),
  'store.restored': notice(
    'The saved data was damaged and has been put back from its safety copy; nothing is missing.',
    'If this comes back, check the disk of this computer.',
  ),
}

function lookAtStore(problems: readonly FaultCode[]): Finding {
  for (const code of problems) {
    const finding = storeFindings[code]
    if (finding) return finding
  }
  return good('Sound since the start.')
}

function lookAtStall(milliseconds: number): Finding {
  if (milliseconds < stallMs) return good('Gangway gets to its work without delay.')
  return notice(
    `Gangway had to wait up to ${Math.round(milliseconds)} ms to get to its work.`,
    'Look what keeps this computer so busy.',
  )
}
