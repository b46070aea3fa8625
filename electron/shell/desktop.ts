import type { Api, DesktopApi } from '#shared/contract.ts'
import type { Desktop, Habits } from '#shared/desktop.ts'
import { Fault } from '#shared/faults.ts'
import { Cell } from '#core/base/state.ts'
import type { HabitsKeeper } from './habits.ts'
import type { Inbox } from './inbox.ts'
import { placesOf } from './received.ts'

interface DesktopParts {
  readonly calls: Api['calls']
  readonly habits: HabitsKeeper
  readonly can: Habits
  readonly inbox: Inbox
  /** Puts a habit into practice, before it is kept. */
  readonly apply: (habits: Habits) => void
  readonly showInFolder: (place: string) => void
  readonly startDrag: (places: readonly string[]) => void
}

export interface DesktopPart {
  readonly api: DesktopApi
  close(): void
}

/** The part of the contract that only this host keeps; see received.ts for what it hands out. */
export function openDesktop(parts: DesktopParts): DesktopPart {
  const { calls, habits, can, inbox } = parts
  const compute = (): Desktop => ({
    kind: 'app',
    habits: habits.value,
    can,
    opened: inbox.state.value.opened,
  })
  const state = new Cell<Desktop>(compute())
  const undo = inbox.state.onChange(() => state.set(compute()))
  const api: DesktopApi = {
    calls: {
      'desktop.change': async (input) => {
        const news = Object.fromEntries(
          Object.entries(input).filter(([, value]) => value !== undefined),
        )
        const next = { ...habits.value, ...news }
        for (const habit of ['stay', 'startAtLogin', 'updates'] as const) {
          if (next[habit] !== habits.value[habit] && !can[habit]) throw new Fault('desktop.none')
        }
        parts.apply(next)
        habits.change(next)
        state.set(compute())
        return {}
      },
      'desktop.taken': async ({ id }) => {
        inbox.taken(id)
        return {}
      },
      'desktop.show': async (received, signal) => {
        const [place] = await placesOf(calls, received, signal)
        if (place !== undefined) parts.showInFolder(place)
        return {}
      },
      'desktop.drag': async (received, signal) => {
        parts.startDrag(await placesOf(calls, received, signal))
        return {}
      },
    },
    streams: { 'desktop.watch': (signal) => state.watch(signal) },
  }
  return { api, close: undo }
}
