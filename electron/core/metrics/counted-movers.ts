import type { Job } from '../transfers/movers/messages.ts'
import type { WayKind } from '../transfers/control.ts'
import { delegated, type StartMover } from '../transfers/mover.ts'
import type { Tally } from './counts.ts'

/** Movers whose bytes are counted, by the kind of lane they crossed. */
export function countedMovers(start: StartMover, { laneBytes }: Tally): StartMover {
  return (job, about, listener) => {
    const kinds = new Map<number, WayKind>()
    const direction = directionOf(job)
    let kind: WayKind | null = null
    let counted = 0
    const mover = start(job, about, {
      ...delegated(listener),
      progress(told) {
        const { moved } = told
        if (kind && moved > counted) laneBytes.add(`${kind} ${direction}`, moved - counted)
        counted = Math.max(counted, moved)
        listener.progress(told)
      },
      laneOpened(epoch, here) {
        kind = kinds.get(epoch) ?? null
        listener.laneOpened(epoch, here)
      },
    })
    return {
      open(epoch, wanted, keys) {
        kinds.set(epoch, wanted)
        return mover.open(epoch, wanted, keys)
      },
      enter: (epoch, doors) => mover.enter(epoch, doors),
      cap: (bytesPerSecond) => mover.cap(bytesPerSecond),
      stop: (how) => mover.stop(how),
    }
  }
}

function directionOf({ role }: Job): 'sent' | 'received' {
  return role === 'send' ? 'sent' : 'received'
}
