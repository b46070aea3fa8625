import type { PairedDevice, Path, Presence } from '#shared/devices.ts'
import type { NearbyDevice } from '#shared/model.ts'
import { millisecondsWords } from '../text/amounts.ts'
import { formats, text } from '../text/text.ts'
import { sinceWords } from '../text/times.ts'
import type { Tone } from '../ui/badge.tsx'

/** How a paired device stands, in the words of the list and of its page. */

export function pathOf(device: Presence): Path | null {
  return device.state === 'connected' || device.state === 'idle' ? device.path : null
}

export function isHere(device: Presence): boolean {
  return device.state === 'connected' || device.state === 'idle'
}

export const pathTones = {
  lan: 'good',
  direct: 'info',
  relay: 'waiting',
} as const satisfies Record<Path['kind'], Tone>

/** “LAN · 1 ms” */
export function pathWords({ kind, rttMs }: Path): string {
  const words = text.paired.paths[kind]
  return rttMs === null
    ? words
    : words + text.separator + text.paired.rtt(rttMs < 1 ? '< 1' : millisecondsWords(rttMs))
}

/** “Away · last seen 10:42” */
export function statusLine(device: PairedDevice, now: number): string {
  const words = text.paired.presence
  if (device.state === 'disconnected') return withLastSeen(whyAway(device), device, now)
  const lines = {
    connected: words.connected,
    idle: words.idle,
    connecting: words.connecting,
    pairing: words.connecting,
    discovered: words.waiting,
    paired: words.waiting,
  }
  return lines[device.state]
}

function whyAway({ reason, trust }: PairedDevice & { readonly state: 'disconnected' }): string {
  const { away, closed, lost, blockedHere, blockedThere, removedThere, elsewhere } =
    text.paired.presence
  const whys = {
    away,
    closed,
    lost,
    elsewhere,
    blocked: trust === 'blocked' ? blockedHere : blockedThere,
    removed: removedThere,
  }
  return whys[reason]
}

function withLastSeen(words: string, device: PairedDevice, now: number): string {
  const saysWhy = device.state === 'disconnected' && device.reason !== 'away'
  if (device.lastSeen === null || saysWhy) return words
  return words + text.separator + text.paired.presence.lastSeen(sinceWords(device.lastSeen, now))
}

/** By name, so that one finds them; who comes or goes keeps its place. */
export function byName(devices: ReadonlyMap<string, PairedDevice>): PairedDevice[] {
  return [...devices.values()].sort(
    (one, other) => formats.names.compare(one.name, other.name) || (one.id < other.id ? -1 : 1),
  )
}

/** Those nearby whom one does not know yet. */
export function strangers(
  nearby: ReadonlyMap<string, NearbyDevice>,
  paired: ReadonlyMap<string, unknown> | null,
): ReadonlyMap<string, NearbyDevice> {
  if (!paired || paired.size === 0) return nearby
  return new Map([...nearby].filter(([id]) => !paired.has(id)))
}
