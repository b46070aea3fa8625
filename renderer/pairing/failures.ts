import type { FaultCode } from '#shared/faults.ts'
import type { PairTab } from '../route.ts'
import type { Typed } from './typed.ts'

/** show: new words here; same: once more; check: look at what was typed; address: say where; new: type others. */
export type WayOn = 'show' | 'same' | 'check' | 'address' | 'new'

const onlyShow = () => ['show'] as const
const otherWords = () => ['new', 'show'] as const
const onceMore = (tab: PairTab) => (tab === 'type' ? (['same', 'show'] as const) : onlyShow())

type Ways = (tab: PairTab, way: Typed['way']) => readonly WayOn[]

const ways: Partial<Record<FaultCode, Ways>> = {
  'pairing.mismatch': () => ['check', 'show'],
  'pairing.nobody': (_, way) =>
    way === 'words' ? ['same', 'address', 'check'] : ['same', 'check'],
  'pairing.expired': onlyShow,
  'pairing.guessed': onlyShow,
  'pairing.itself': onlyShow,
  'pairing.spent': otherWords,
  'pairing.tries': otherWords,
  'peer.unreachable': onceMore,
  'host.lost': onceMore,
  'deadline.passed': onceMore,
  'endpoint.unavailable': onceMore,
}

/** What helps after a failure, the likeliest first. */
export function waysOn(code: FaultCode, tab: PairTab, way: Typed['way']): readonly WayOn[] {
  return ways[code]?.(tab, way) ?? (tab === 'type' ? ['new', 'show'] : ['show', 'new'])
}
