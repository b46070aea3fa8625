import type { DesktopApi } from '#shared/contract.ts'
import type { Desktop } from '#shared/desktop.ts'
import { Fault } from '#shared/faults.ts'
import { Cell } from './base/state.ts'

const browser = new Cell<Desktop>({ kind: 'browser' })

const refuse = async () => {
  throw new Fault('desktop.none')
}

/** What every host says that has no window of its own. */
export const noDesktop: DesktopApi = {
  calls: {
    'desktop.change': refuse,
    'desktop.taken': refuse,
    'desktop.show': refuse,
    'desktop.drag': refuse,
  },
  streams: { 'desktop.watch': (signal) => browser.watch(signal) },
}
