/**
 * Everything that can go wrong and that a person may meet. Cancellation is not a fault (it is an
 * AbortError), and neither is a bug (it stays a plain Error and is reported as `internal`).
 *
 * wire    the code that crosses to another device when a connection or a stream is closed with it
 * retry   what the one retry policy (core/base/backoff.ts) does with it
 * exit    the exit code of the command line
 * says    the sentence: what happened, then what to do; {name} is filled from the details
 */
interface FaultRow {
  readonly wire: number
  readonly retry: 'never' | 'later' | 'person'
  readonly exit: 1 | 2 | 3 | 4
  readonly says: string
}

const rows = {
  internal: {
    wire: 1,
    retry: 'never',
    exit: 1,
    says: 'Something went wrong inside Gangway. Try again; if it stays, restart Gangway and look in its log.',
  },
  'input.invalid': {
    wire: 2,
    retry: 'never',
    exit: 2,
    says: 'That is not something Gangway understands ({problem}). Check it and try again.',
  },
  'usage.invalid': {
    wire: 3,
    retry: 'never',
    exit: 2,
    says: '{problem}. Run `gangway help` to see what is possible.',
  },
  'deadline.passed': {
    wire: 4,
    retry: 'later',
    exit: 3,
    says: 'No answer within {seconds} s. Check that the other side is awake and try again.',
  },
  'profile.busy': {
    wire: 5,
    retry: 'never',
    exit: 1,
    says: 'Gangway is already running with this profile ({folder}). Use the one that is open, or choose another profile with --data-dir.',
  },
  'profile.unwritable': {
    wire: 6,
    retry: 'person',
    exit: 1,
    says: 'Gangway cannot write to {folder}. Give this user the right to write there, or choose another profile with --data-dir.',
  },
  'disk.full': {
    wire: 7,
    retry: 'person',
    exit: 1,
    says: 'The disk with {folder} is full. Free some space and try again.',
  },
  'key.locked': {
    wire: 8,
    retry: 'person',
    exit: 1,
    says: 'The key of this device could not be unlocked. It opens only the way it was made: with the same GANGWAY_PASSPHRASE (without one, if it was made without), or with the keychain of this computer unlocked. Set that right, then start Gangway again.',
  },
  'key.damaged': {
    wire: 9,
    retry: 'person',
    exit: 1,
    says: 'The key of this device is damaged ({file}). Put it back from a backup, or move the file away to start as a new device.',
  },
  'store.damaged': {
    wire: 10,
    retry: 'never',
    exit: 1,
    says: 'The saved data of this profile was damaged. It was set aside as {file}, and Gangway started afresh with the same device key.',
  },
  'endpoint.unavailable': {
    wire: 11,
    retry: 'later',
    exit: 1,
    says: 'Gangway could not open a network port. Check that a network is connected and no other program holds port {port}, then try again.',
  },
  'peer.unreachable': {
    wire: 12,
    retry: 'later',
    exit: 3,
    says: 'The other device cannot be reached. Check that it is awake, runs Gangway and is on a network.',
  },
  'peer.closed': {
    wire: 13,
    retry: 'later',
    exit: 3,
    says: 'The other device closed the connection. Gangway goes on as soon as it is back.',
  },
  'protocol.unknown': {
    wire: 14,
    retry: 'never',
    exit: 4,
    says: 'The other device does not offer this. Update Gangway on both devices and try again.',
  },
  'peer.refused': {
    wire: 15,
    retry: 'never',
    exit: 4,
    says: 'The other device does not let this one in. Pair the two devices first.',
  },
  'peer.busy': {
    wire: 16,
    retry: 'later',
    exit: 4,
    says: 'The other device is busy with too many requests of this one. Wait a moment and try again.',
  },
  'frame.oversize': {
    wire: 17,
    retry: 'never',
    exit: 1,
    says: 'The other side sent more than is allowed here, so the connection was closed. Update Gangway on both devices.',
  },
  'frame.malformed': {
    wire: 18,
    retry: 'never',
    exit: 1,
    says: 'The other side sent something Gangway does not understand, so the connection was closed. Update Gangway on both devices.',
  },
  'core.closing': {
    wire: 19,
    retry: 'later',
    exit: 3,
    says: 'Gangway is closing. Start it again to go on.',
  },
  'host.lost': {
    wire: 20,
    retry: 'later',
    exit: 3,
    says: 'The connection to Gangway on this computer was lost. It is tried again by itself.',
  },
  'discovery.unavailable': {
    wire: 21,
    retry: 'later',
    exit: 1,
    says: 'Gangway cannot listen for devices on this network ({problem}). Devices with a known address still work; allow multicast (UDP 5353) in the firewall to see the others.',
  },
  'host.exposed': {
    wire: 22,
    retry: 'never',
    exit: 2,
    says: 'Gangway shows its page to this computer only. To open it to others at {host}, it also needs {missing}, and TLS in front of it; a tunnel such as ssh -L needs neither.',
  },
  'switch.refused': {
    wire: 23,
    retry: 'never',
    exit: 2,
    says: 'Gangway does not start with {switch}, because it would take down a wall that protects you. Start it again without.',
  },
  'window.crashed': {
    wire: 24,
    retry: 'never',
    exit: 1,
    says: 'The window of Gangway stopped working twice in a minute. Transfers are safe. Start Gangway again; if it stays, look in its log.',
  },
  'pairing.failed': {
    wire: 25,
    retry: 'never',
    exit: 4,
    says: 'Pairing did not work. Show new words on one device and type them on the other.',
  },
  'pairing.mismatch': {
    wire: 26,
    retry: 'never',
    exit: 4,
    says: 'The words on the two devices are not the same. Check them one by one and try again.',
  },
  'pairing.itself': {
    wire: 27,
    retry: 'never',
    exit: 2,
    says: 'These words belong to this device. Type them on the other one.',
  },
  'pairing.version': {
    wire: 28,
    retry: 'never',
    exit: 4,
    says: 'The two devices pair in different ways. Update Gangway on both and try again.',
  },
  'session.unproved': {
    wire: 29,
    retry: 'never',
    exit: 4,
    says: 'The other side could not prove that it is the device you paired, so the connection was closed. If this stays, remove the device on both sides and pair them again.',
  },
  'store.restored': {
    wire: 30,
    retry: 'never',
    exit: 1,
    says: 'The saved data of this profile was damaged and has been put back from its safety copy. Nothing is missing; if this comes back, check the disk of this computer.',
  },
  'store.incomplete': {
    wire: 31,
    retry: 'never',
    exit: 1,
    says: 'Part of the saved data of this profile was damaged. Everything else was kept; look over the settings and the paired devices and set again what is missing.',
  },
  'device.unknown': {
    wire: 32,
    retry: 'never',
    exit: 2,
    says: 'There is no paired device of that name or id. Look at the list of your devices.',
  },
  'peer.removed': {
    wire: 33,
    retry: 'never',
    exit: 4,
    says: 'The other device has ended the pairing. Remove it here too, or pair the two again.',
  },
  'pairing.nobody': {
    wire: 40,
    retry: 'never',
    exit: 3,
    says: 'Nobody was found who shows these words. Check the first two, and that the other device still shows them; on the same network its address can also be typed.',
  },
  'pairing.expired': {
    wire: 41,
    retry: 'never',
    exit: 1,
    says: 'These words have expired: they last five minutes. Show new ones.',
  },
  'pairing.spent': {
    wire: 42,
    retry: 'never',
    exit: 4,
    says: 'The other device no longer takes this: it was used, withdrawn or has expired. Ask for new words, a new link or a new file.',
  },
  'pairing.guessed': {
    wire: 43,
    retry: 'never',
    exit: 4,
    says: 'Three times somebody tried other words than these, so they were withdrawn; nobody got in. Show new ones, or give the link instead.',
  },
  'pairing.tries': {
    wire: 44,
    retry: 'never',
    exit: 4,
    says: 'Three tries with these first two words have failed, so there is no fourth. Show new words on the other device.',
  },
  'pairing.declined': {
    wire: 45,
    retry: 'never',
    exit: 4,
    says: 'Nobody at the other device said yes, so nothing was paired. Show new words and accept on both devices.',
  },
  'pairing.unanswered': {
    wire: 46,
    retry: 'never',
    exit: 1,
    says: 'The question on this device was not answered within a minute, so nothing was paired. Show new words and accept on both devices.',
  },
  'pairing.replaced': {
    wire: 47,
    retry: 'never',
    exit: 1,
    says: 'This pairing was ended, or another one begun, from another window of this device. Go on there, or start again.',
  },
  'pairing.password': {
    wire: 48,
    retry: 'never',
    exit: 2,
    says: 'This file does not open with this password. Check the password word by word, and that the file is the one it was made for.',
  },
  'message.unknown': {
    wire: 34,
    retry: 'never',
    exit: 4,
    says: 'The other device does not understand this yet. Update Gangway on both devices and try again.',
  },
  'message.refused': {
    wire: 35,
    retry: 'never',
    exit: 4,
    says: 'The other device does not take this from this one. Its owner can allow it by changing how much this device is trusted there.',
  },
  'message.outdated': {
    wire: 36,
    retry: 'never',
    exit: 4,
    says: 'What was sent is too old or out of order, so it was not believed. Check that the clocks of both devices are right.',
  },
  'transfer.laneLost': {
    wire: 49,
    retry: 'later',
    exit: 3,
    says: 'The connection that carries a transfer broke ({problem}). It goes on by itself, from where it was, as soon as the two devices reach each other.',
  },
  'pairing.unwanted': {
    wire: 50,
    retry: 'never',
    exit: 1,
    says: 'You did not accept the other device, so nothing was paired. Show new words to try again.',
  },
  'transfer.destinationGone': {
    wire: 53,
    retry: 'later',
    exit: 1,
    says: 'The folder {folder} is not there any more. Put the disk back or choose another folder; what has arrived is kept, and the transfer goes on from there.',
  },
  'transfer.destinationUnwritable': {
    wire: 54,
    retry: 'person',
    exit: 1,
    says: 'Gangway cannot write to {folder}. Give this user the right to write there, or choose another folder; the transfer then goes on.',
  },
  'transfer.unknown': {
    wire: 60,
    retry: 'never',
    exit: 2,
    says: 'There is no such transfer. Look at the list of transfers and at the history.',
  },
  'transfer.duplicate': {
    wire: 61,
    retry: 'never',
    exit: 4,
    says: 'The other device offered the same transfer twice, so the connection was closed. Update Gangway on both devices.',
  },
  'transfer.notNow': {
    wire: 62,
    retry: 'never',
    exit: 1,
    says: 'That cannot be done with this transfer as it stands. Look at how it stands now.',
  },
  'transfer.blocked': {
    wire: 63,
    retry: 'never',
    exit: 4,
    says: 'This device is blocked here, so nothing goes to it or comes from it. Change how much it is trusted first.',
  },
  'transfer.sourceGone': {
    wire: 64,
    retry: 'person',
    exit: 2,
    says: 'There is nothing to send at {path}. Check the path and try again.',
  },
  'transfer.notThere': {
    wire: 72,
    retry: 'person',
    exit: 1,
    says: 'What was sent then is not where it was. Choose it again and send it.',
  },
  'transfer.declined': {
    wire: 65,
    retry: 'person',
    exit: 4,
    says: 'The person at the other device said no. Ask them, then send it again.',
  },
  'transfer.unanswered': {
    wire: 66,
    retry: 'person',
    exit: 4,
    says: 'Nobody at the other device answered within an hour. Send it again when somebody is there, or let it trust this device.',
  },
  'transfer.incomplete': {
    wire: 67,
    retry: 'person',
    exit: 1,
    says: 'Some files ({count}) did not arrive; all others did. Look at what is said about each, then retry: only those are sent again.',
  },
  'transfer.failed': {
    wire: 68,
    retry: 'person',
    exit: 1,
    says: 'The other device could not go on with this transfer. Look there for the reason, then retry.',
  },
  'transfer.cancelled': {
    wire: 69,
    retry: 'person',
    exit: 4,
    says: 'The transfer was cancelled. What has arrived by then is kept; send it again to go on.',
  },
  'transfer.crashed': {
    wire: 70,
    retry: 'person',
    exit: 1,
    says: 'The part of Gangway that moves files stopped working. Retry: what has arrived is not sent again; if it stays, look in the log.',
  },
  'drop.unknown': {
    wire: 71,
    retry: 'never',
    exit: 1,
    says: 'What was dropped here is gone, for Gangway was started anew in between. Drop it once more.',
  },
  'desktop.none': {
    wire: 80,
    retry: 'never',
    exit: 2,
    says: 'This works only in the window of the Gangway app. Open the app to do it.',
  },
  'file.moved': {
    wire: 81,
    retry: 'never',
    exit: 1,
    says: 'What arrived is no longer where it landed. Look where it was moved to, or ask for it again.',
  },
  'network.key': {
    wire: 90,
    retry: 'never',
    exit: 2,
    says: 'That is no network key: {problem}. Copy it once more, as a whole, from a device of the private network.',
  },
  'network.member': {
    wire: 91,
    retry: 'never',
    exit: 1,
    says: 'This device is in a private network already ({fingerprint}). Leave that one first.',
  },
  'network.none': {
    wire: 92,
    retry: 'never',
    exit: 1,
    says: 'This device is in no private network. Create one, or join one with its network key.',
  },
  'network.given': {
    wire: 93,
    retry: 'never',
    exit: 1,
    says: 'The network key of this run was given by GANGWAY_NETWORK_KEY. Change it there, then start Gangway again.',
  },
  'host.password': {
    wire: 94,
    retry: 'person',
    exit: 4,
    says: 'That is not the password this Gangway was started with. Check it letter by letter, and try again.',
  },
  'host.tries': {
    wire: 95,
    retry: 'person',
    exit: 4,
    says: 'Too many wrong passwords came in within a minute, from here or from elsewhere. Wait a minute, then try again.',
  },
} as const satisfies Record<string, FaultRow>

export type FaultCode = keyof typeof rows

export const faultTable: Readonly<Record<FaultCode, FaultRow>> = rows

const byWire = new Map<number, FaultCode>()
for (const [code, row] of Object.entries(rows)) byWire.set(row.wire, code as FaultCode)

export type FaultDetails = Readonly<Record<string, string | number>>

/** How a fault travels over the contract: never a stack, never a path of the code. */
export interface FaultRecord {
  readonly code: FaultCode
  readonly message: string
  readonly details: FaultDetails
}

export function isFaultCode(text: string): text is FaultCode {
  return Object.hasOwn(rows, text)
}

/** The code another device closed with; anything we do not know is simply "closed". */
export function faultCodeOfWire(wire: number): FaultCode {
  return byWire.get(wire) ?? 'peer.closed'
}

/** Puts the details where the sentence names them. */
export function filled(sentence: string, details: FaultDetails): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? '?'))
}

export function sentenceOf(code: FaultCode, details: FaultDetails): string {
  return filled(faultTable[code].says, details)
}

export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly details: FaultDetails

  constructor(code: FaultCode, details: FaultDetails = {}, options?: { cause?: unknown }) {
    super(sentenceOf(code, details), options)
    this.code = code
    this.details = details
  }

  get row(): FaultRow {
    return faultTable[this.code]
  }

  toRecord(): FaultRecord {
    return { code: this.code, message: this.message, details: this.details }
  }

  static fromRecord(record: FaultRecord): Fault {
    return new Fault(record.code, record.details)
  }

  /** Whatever was thrown, as a fault: a bug becomes `internal` and keeps its cause for the log. */
  static of(error: unknown): Fault {
    return error instanceof Fault ? error : new Fault('internal', {}, { cause: error })
  }
}

/** Cancellation: somebody no longer wants the answer. It is passed on, never reported. */
export function isCancellation(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

export function cancellation(reason = 'cancelled'): Error {
  const error = new Error(reason)
  error.name = 'AbortError'
  return error
}
