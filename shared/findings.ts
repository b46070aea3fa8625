import { faultTable, filled, isFaultCode, type FaultCode, type FaultDetails } from './faults.ts'

/**
 * Everything Doctor can say, under a code, so that the page can say it in another language. Like in
 * the table of faults, what is in braces is filled from the details; no detail is a path or a secret.
 */
interface FindingRow {
  /** What was seen. */
  readonly detail: string
  /** What to do about it; null when nothing needs doing. */
  readonly remedy: string | null
}

const rows = {
  'check.failed': {
    detail: 'This could not be looked at.',
    remedy: 'Run Doctor again; if this stays, restart Gangway and look in its log.',
  },
  'network.absent': {
    detail: 'This computer is connected to no network.',
    remedy: 'Connect a cable or join a Wi-Fi network.',
  },
  'network.addressless': {
    detail: 'Connected ({names}), but no address was given to this computer.',
    remedy: 'Reconnect to the network, or restart its router.',
  },
  'network.local': {
    detail: 'Connected ({names}) with an address of a local network.',
    remedy: null,
  },
  'network.public': { detail: 'Connected ({names}) with public addresses only.', remedy: null },
  'vpn.none': { detail: 'No VPN seems to be on.', remedy: null },
  'vpn.on': {
    detail: 'A VPN seems to be on ({names}).',
    remedy:
      'If devices of your own network are not found, allow access to the local network in the settings of the VPN.',
  },
  'udp.arrives': {
    detail: 'Packets to the addresses of this computer arrive ({count}).',
    remedy: null,
  },
  'udp.none': {
    detail: 'No UDP packet to this computer itself arrives.',
    remedy: 'Look whether a firewall or security program on this computer blocks UDP.',
  },
  'udp.some': {
    detail: 'UDP packets to {addresses} do not arrive.',
    remedy: 'Look whether a firewall or security program on this computer blocks UDP.',
  },
  'port.none': {
    detail: 'No network port is open at the moment.',
    remedy: 'Run Doctor again in a few seconds.',
  },
  'port.addressless': {
    detail: 'Open: {ports}, but no address is known at which others could reach it.',
    remedy: 'Connect this computer to a network.',
  },
  'port.sixOnly': {
    detail: 'Open: {ports}; there is no IPv4 port, so devices with IPv4 only cannot be reached.',
    remedy: null,
  },
  'port.open': { detail: 'Open: {ports}.', remedy: null },
  'nearby.heard': {
    detail:
      'Listening on {interfaces}; {count} announcements of other devices in the last {minutes} minutes.',
    remedy: null,
  },
  'nearby.alone': {
    detail: 'Listening on {interfaces}; no other device was heard in the last {minutes} minutes.',
    remedy:
      'Start Gangway on the other device and connect both to the same network. Guest networks often keep devices apart; there, type the address of the other device.',
  },
  'nearby.silent': {
    detail:
      'Listening on {interfaces}; nothing at all was heard in the last {minutes} minutes, not even this device itself.',
    remedy:
      'If this stays for a minute, allow multicast (UDP 5353) in the firewall of this computer.',
  },
  'relay.off': {
    detail:
      'Off, because “This network only” (--lan-only) is on: devices meet on this network and nowhere else.',
    remedy: null,
  },
  'relay.offAway': {
    detail:
      'Off, because “This network only” (--lan-only) is on: devices meet on this network and nowhere else. Not here now: {names}.',
    remedy:
      'If one of them is on another network, it cannot be reached as long as this is on, here or there.',
  },
  'relay.none': {
    detail:
      'No relay can be reached. Devices on the same network still find each other; those elsewhere do not.',
    remedy:
      'Connect this computer to the internet, and look whether a firewall blocks outgoing TCP 443.',
  },
  'relay.ownAway': {
    detail: 'The relay chosen in the settings cannot be reached.',
    remedy: 'Check its address in the settings, and that it is running.',
  },
  'relay.silent': {
    detail: 'The relay {host} was reached earlier and does not answer now.',
    remedy:
      'Check the connection to the internet; another relay is chosen by itself when there is one.',
  },
  'relay.forced': {
    detail: '{host} answers. Dialling goes through it alone, as asked for.',
    remedy: 'Start Gangway without --force-relay to have the fastest way again.',
  },
  'relay.answers': {
    detail: '{host} answers: devices elsewhere can be reached.',
    remedy: null,
  },
  'private.none': {
    detail: 'This device is in none; devices that are in one do not answer it.',
    remedy: null,
  },
  'private.member': {
    detail: 'This device is in one, and no paired device turned out to be outside.',
    remedy: null,
  },
  'private.theirs': {
    detail:
      'Reached, but not talking to this device: {names}. This device is in no private network.',
    remedy:
      'If a private network is set there, join it here with its network key, under Settings; if not, update Gangway on both.',
  },
  'private.outside': {
    detail:
      'Reached, but not talking to this device: {names}. This device is in a private network; there it seems to be another one, or none.',
    remedy:
      'Join this network there too, under Settings, with its network key. Where the same three words are shown already, update Gangway on both.',
  },
  'router.off': {
    detail: 'Not asked, as the settings want it.',
    remedy: null,
  },
  'router.unknown': {
    detail: 'This computer does not say which router it uses, so none can be asked for a port.',
    remedy: null,
  },
  'router.silent': {
    detail:
      'The router opens no ports when it is asked (no PCP, NAT-PMP or UPnP). Files to devices elsewhere go over QUIC.',
    remedy: 'To make them faster, allow UPnP or NAT-PMP in the settings of the router.',
  },
  'router.opens': {
    detail:
      'Opens ports when it is asked ({protocol}): files to devices elsewhere can go directly.',
    remedy: null,
  },
  'router.behind': {
    detail:
      'Would open ports ({protocol}), but it is behind another router or a shared address, so nobody gets to it from outside. Files to devices elsewhere go over QUIC.',
    remedy:
      'To make them faster, use the other router directly, or ask the internet provider for an address of your own.',
  },
  'firewall.none': { detail: 'No firewall was found on this computer.', remedy: null },
  'firewall.heard': {
    detail: 'Other devices are heard, so the firewall lets them through.',
    remedy: null,
  },
  'firewall.heardThrough': {
    detail: '{name} is on, and other devices are heard through it.',
    remedy: null,
  },
  'firewall.on': {
    detail: '{name} is on. It must let UDP in from your own network, on every port.',
    remedy: 'If other devices do not see this one: {commands}',
  },
  'firewall.nftables': {
    detail: 'nftables is on. It must let UDP in from your own network, on every port.',
    remedy: 'If other devices do not see this one, add to its input: {rules}',
  },
  'firewall.windows': {
    detail: 'Gangway cannot look into the firewall of this system.',
    remedy:
      'If other devices do not see this one: in Windows Security, Firewall & network protection, Allow an app through firewall, tick Gangway for private networks, and set the network you are on to private.',
  },
  'firewall.mac': {
    detail: 'Gangway cannot look into the firewall of this system.',
    remedy:
      'If other devices do not see this one: in System Settings, Network, Firewall, Options, allow incoming connections for Gangway, and in Privacy & Security, Local Network, switch Gangway on.',
  },
  'firewall.unknown': {
    detail: 'Gangway cannot look into the firewall of this system.',
    remedy:
      'If other devices do not see this one: let UDP in from your own network, on every port.',
  },
  'clock.past': {
    detail: 'The date of this computer lies years in the past.',
    remedy:
      'Let the system set date and time by itself, on this computer and on the other devices.',
  },
  'clock.putBack': {
    detail: 'The clock of this computer has been put back: its own files are from the future.',
    remedy:
      'Let the system set date and time by itself, on this computer and on the other devices.',
  },
  'clock.behind': {
    detail: 'The clock of this computer is {span} behind that of {name}.',
    remedy:
      'Let the system set date and time by itself, on this computer and on the other devices.',
  },
  'clock.ahead': {
    detail: 'The clock of {name} is {span} behind that of this computer.',
    remedy:
      'Let the system set date and time by itself, on this computer and on the other devices.',
  },
  'clock.alone': {
    detail: 'Looks right; no paired device is there to compare it with.',
    remedy: null,
  },
  'clock.agrees': {
    detail: 'Agrees with the paired devices that are there ({count}).',
    remedy: null,
  },
  'disk.free': { detail: '{room} free on the disk with the data of Gangway.', remedy: null },
  'disk.little': {
    detail: '{room} free on the disk with the data of Gangway.',
    remedy: 'Free some space on it soon.',
  },
  'disk.none': {
    detail: '{room} free on the disk with the data of Gangway.',
    remedy: 'Free some space on it, or Gangway cannot save anything.',
  },
  'key.keychain': { detail: 'Guarded by the keychain of this computer.', remedy: null },
  'key.passphrase': { detail: 'Guarded by a passphrase.', remedy: null },
  'key.file': {
    detail: 'In a file that only this user can read; nothing else guards it.',
    remedy:
      'Encrypt the disk of this computer, or give a new profile a passphrase (GANGWAY_PASSPHRASE).',
  },
  'key.unprotected': {
    detail:
      'Unprotected: this computer has no keychain, so only the rights of a file guard the key.',
    remedy: 'Set up a keyring (GNOME Keyring or KWallet), or encrypt the disk of this computer.',
  },
  'data.sound': { detail: 'Nothing was damaged since the start.', remedy: null },
  'data.damaged': {
    detail: 'The saved data was damaged and set aside; Gangway started afresh with the same key.',
    remedy: 'Pair your devices again, and check the disk of this computer.',
  },
  'data.incomplete': {
    detail: 'Part of the saved data was damaged; everything else was kept.',
    remedy: 'Look over the settings and the paired devices and set again what is missing.',
  },
  'data.restored': {
    detail:
      'The saved data was damaged and has been put back from its safety copy; nothing is missing.',
    remedy: 'If this comes back, check the disk of this computer.',
  },
  'load.fine': { detail: 'Gangway gets to its work without delay.', remedy: null },
  'load.waits': {
    detail: 'Gangway had to wait up to {milliseconds} ms to get to its work.',
    remedy: 'Look what keeps this computer so busy.',
  },
} as const satisfies Record<string, FindingRow>

export type FindingCode = keyof typeof rows

export const findingTable: Readonly<Record<FindingCode, FindingRow>> = rows

/** The same in another language: with a remedy wherever there is one here. */
export type FindingTexts = {
  readonly [Code in FindingCode]: {
    readonly detail: string
    readonly remedy: (typeof rows)[Code]['remedy'] extends null ? null : string
  }
}

/** What is looked at, and what that is called. */
export const checkTitles = {
  network: 'Network',
  vpn: 'VPN',
  udp: 'UDP on this computer',
  endpoint: 'Port',
  discovery: 'Devices nearby',
  relay: 'Relay',
  private: 'Private network',
  router: 'Router port',
  firewall: 'Firewall',
  clock: 'Clock',
  disk: 'Disk',
  key: 'Device key',
  store: 'Saved data',
  load: 'Speed',
} as const

export type CheckId = keyof typeof checkTitles

/** A finding of Doctor's own, or a fault that something else has met. */
export type Found = FindingCode | FaultCode

export function isFound(code: string): code is Found {
  return Object.hasOwn(findingTable, code) || isFaultCode(code)
}

export function isCheckId(id: string): id is CheckId {
  return Object.hasOwn(checkTitles, id)
}

export function findingWords(code: Found, details: FaultDetails): FindingRow {
  return isFaultCode(code)
    ? ofFault(filled(faultTable[code].says, details))
    : fill(findingTable[code], details)
}

export function fill({ detail, remedy }: FindingRow, details: FaultDetails): FindingRow {
  return {
    detail: filled(detail, details),
    remedy: remedy === null ? null : filled(remedy, details),
  }
}

/** A sentence of the fault table is what happened, then what to do. */
export function ofFault(sentence: string): FindingRow {
  const [happened = sentence, ...todo] = sentence.split(/(?<=\.) /)
  return { detail: happened, remedy: todo.join(' ') || null }
}
