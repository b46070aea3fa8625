import type { Api, StreamItem, StreamName } from '#shared/contract.ts'
import type { PairedDevice, PairingState, ReceivedText } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import { applyRows } from '#shared/rows.ts'
import type { Transfer } from '#shared/transfers.ts'
import type { Clock } from '#core/base/clock.ts'
import type { Log } from '#core/base/log.ts'

/** What the app around the page lives on, as it is now. */
export interface Seen {
  readonly devices: ReadonlyMap<string, PairedDevice>
  readonly transfers: ReadonlyMap<string, Transfer>
  readonly texts: ReadonlyMap<string, ReceivedText>
  readonly pairing: PairingState
}

export interface Following {
  readonly now: () => Seen
  close(): void
}

interface FollowOptions {
  readonly api: Pick<Api, 'streams'>
  readonly clock: Clock
  readonly log: Log
  /** All that came together, no more often than a person can look. */
  readonly onChange: (seen: Seen) => void
}

const lookMs = 250

/** Follows the contract as a page does, for the icon, the notifications and the taskbar. */
export function follow({ api, clock, log, onChange }: FollowOptions): Following {
  const stop = new AbortController()
  let seen: Seen = {
    devices: new Map(),
    transfers: new Map(),
    texts: new Map(),
    pairing: { attempt: 0, state: 'quiet' },
  }
  let isDue = false

  function know(news: Partial<Seen>): void {
    seen = { ...seen, ...news }
    if (isDue) return
    isDue = true
    clock.after(lookMs, () => {
      isDue = false
      if (!stop.signal.aborted) onChange(seen)
    })
  }

  function each<Name extends StreamName>(name: Name, take: (item: StreamItem<Name>) => void): void {
    const run = async () => {
      for await (const item of api.streams[name](stop.signal)) take(item)
    }
    run().catch((error: unknown) => log.warn('no longer followed', { error: Fault.of(error) }))
  }

  each('devices.watch', (item) => know({ devices: applyRows(seen.devices, item) }))
  each('transfers.watch', (item) => know({ transfers: applyRows(seen.transfers, item) }))
  each('texts.watch', (item) => know({ texts: applyRows(seen.texts, item) }))
  each('pairing.watch', (pairing) => know({ pairing }))
  return { now: () => seen, close: () => stop.abort() }
}
