import type { MenuItemConstructorOptions } from 'electron'
import type { PairedDevice } from '#shared/devices.ts'
import type { Transfer } from '#shared/transfers.ts'
import type { Seen } from './follow.ts'
import { shareOf, underWay } from './under-way.ts'
import { words, type Words } from './words/words.ts'

export interface TrayActions {
  readonly open: () => void
  readonly quit: () => void
}

const shownDevices = 12
const shownTransfers = 8

/** Who is there, what is on its way and how far, and the two things one can do. */
export function trayMenu(seen: Seen, { open, quit }: TrayActions): MenuItemConstructorOptions[] {
  const say = words.tray
  const devices = [...seen.devices.values()].toSorted((a, b) => a.name.localeCompare(b.name))
  const transfers = underWay(seen.transfers.values())
  return [
    { label: say.open, click: open },
    { type: 'separator' },
    ...lines(devices.map(deviceLine), shownDevices, say.nobody),
    { type: 'separator' },
    ...lines(transfers.map(transferLine), shownTransfers, say.quiet),
    { type: 'separator' },
    { label: say.quit, click: quit },
  ]
}

function lines(all: readonly string[], most: number, none: string): MenuItemConstructorOptions[] {
  const shown = all.slice(0, most)
  if (all.length === 0) shown.push(none)
  if (all.length > most) shown.push(words.tray.more(all.length - most))
  // An ampersand would mark the next letter as a shortcut.
  return shown.map((label) => ({ label: label.replaceAll('&', '&&'), enabled: false }))
}

function deviceLine(device: PairedDevice): string {
  const { device: line, presence } = words.tray
  return line(device.name, presence[presenceOf(device)])
}

function presenceOf({ state }: PairedDevice): keyof Words['tray']['presence'] {
  switch (state) {
    case 'connected':
    case 'idle':
      return 'here'
    case 'connecting':
      return 'connecting'
    case 'discovered':
    case 'pairing':
    case 'paired':
    case 'disconnected':
      return 'away'
    default:
      return state satisfies never
  }
}

function transferLine(transfer: Transfer): string {
  const say = words.tray
  const share = shareOf(transfer)
  const far = share === null ? say.counting : say.percent(share)
  const line = transfer.direction === 'send' ? say.sending : say.receiving
  return line(transfer.deviceName, far)
}
