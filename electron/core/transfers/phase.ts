import type { FaultRecord } from '#shared/faults.ts'
import type { TransferState } from '#shared/transfers.ts'
import type { KeptPhase } from './record.ts'

/** How far a transfer has come. Whether it rests on the way there is told apart from it. */
export type Phase =
  | { readonly name: 'queued' }
  | { readonly name: 'offered'; readonly expiresAt: number | null }
  | { readonly name: 'accepted' }
  | { readonly name: 'moving' }
  | { readonly name: 'finishing' }
  | { readonly name: 'done' }
  | { readonly name: 'failed'; readonly fault: FaultRecord }
  | { readonly name: 'declined'; readonly fault: FaultRecord }
  | { readonly name: 'cancelled'; readonly by: 'me' | 'peer' }

export interface Standing {
  readonly phase: Phase
  readonly heldByMe: boolean
  readonly heldByPeer: boolean
  /** What it waits for by itself: the other device, room on the disk. */
  readonly trouble: FaultRecord | null
}

export type Step =
  | { readonly step: 'offer'; readonly expiresAt: number | null }
  /** Nobody is there any more to answer the offer. */
  | { readonly step: 'withdraw' }
  | { readonly step: 'accept' }
  | { readonly step: 'move' }
  /** The mover has gone, the transfer has not ended: it may move again. */
  | { readonly step: 'stop' }
  | { readonly step: 'finish' }
  | { readonly step: 'complete' }
  | { readonly step: 'fail'; readonly fault: FaultRecord }
  | { readonly step: 'decline'; readonly fault: FaultRecord }
  | { readonly step: 'cancel'; readonly by: 'me' | 'peer' }
  | { readonly step: 'retry' }
  | { readonly step: 'hold'; readonly by: 'me' | 'peer' }
  | { readonly step: 'release'; readonly by: 'me' | 'peer' }
  | { readonly step: 'trouble'; readonly fault: FaultRecord | null }

export const atTheStart: Standing = {
  phase: { name: 'queued' },
  heldByMe: false,
  heldByPeer: false,
  trouble: null,
}

type OverPhase = Extract<Phase, { name: 'done' | 'failed' | 'declined' | 'cancelled' }>

export function isOverPhase(phase: Phase): phase is OverPhase {
  const { name } = phase
  return name === 'done' || name === 'failed' || name === 'declined' || name === 'cancelled'
}

/** Whether it may move as far as people and circumstances are concerned. */
export function isFree({ heldByMe, heldByPeer, trouble }: Standing): boolean {
  return !heldByMe && !heldByPeer && trouble === null
}

/** Where a step leads, or null where it makes no sense: the caller decides whose mistake that is. */
export function after(standing: Standing, step: Step): Standing | null {
  const { phase } = standing
  if (step.step === 'retry') return isOverPhase(phase) ? atTheStart : null
  if (isOverPhase(phase)) return null
  if (step.step === 'trouble') return { ...standing, trouble: step.fault }
  if (step.step === 'hold' || step.step === 'release') {
    const held = step.step === 'hold'
    return { ...standing, [step.by === 'me' ? 'heldByMe' : 'heldByPeer']: held }
  }
  const next = nextPhase(phase, step)
  if (!next) return null
  return isOverPhase(next) ? { ...atTheStart, phase: next } : { ...standing, phase: next }
}

type PhaseStep = Exclude<Step, { step: 'retry' | 'trouble' | 'hold' | 'release' }>

function nextPhase({ name }: Phase, step: PhaseStep): Phase | null {
  const isOn = name === 'moving' || name === 'finishing'
  switch (step.step) {
    case 'offer':
      return isOn ? null : { name: 'offered', expiresAt: step.expiresAt }
    case 'withdraw':
      return name === 'offered' ? { name: 'queued' } : null
    case 'accept':
      return isOn ? null : { name: 'accepted' }
    case 'move':
      return name === 'accepted' || name === 'moving' ? { name: 'moving' } : null
    case 'stop':
      return isOn ? { name: 'accepted' } : null
    case 'finish':
      return isOn ? { name: 'finishing' } : null
    case 'complete':
      return isOn || name === 'accepted' ? { name: 'done' } : null
    case 'decline':
      return isOn ? null : { name: 'declined', fault: step.fault }
    case 'fail':
      return { name: 'failed', fault: step.fault }
    case 'cancel':
      return { name: 'cancelled', by: step.by }
    default:
      return step satisfies never
  }
}

/** In the words people read. */
export function shownState(standing: Standing): TransferState {
  const { phase, heldByMe, heldByPeer, trouble } = standing
  if (!isOverPhase(phase)) {
    if (heldByMe) return { state: 'paused', by: 'me', fault: null }
    if (heldByPeer) return { state: 'paused', by: 'peer', fault: null }
    if (trouble) return { state: 'paused', by: 'reason', fault: trouble }
  }
  switch (phase.name) {
    case 'offered':
      return { state: 'offered', expiresAt: phase.expiresAt }
    case 'failed':
    case 'declined':
      return { state: phase.name, fault: phase.fault }
    case 'cancelled':
      return { state: 'cancelled', by: phase.by }
    case 'queued':
    case 'accepted':
    case 'moving':
    case 'finishing':
    case 'done':
      return { state: phase.name }
    default:
      return phase satisfies never
  }
}

/** After a restart nothing moves and nobody is asked; a yes stays a yes. */
export function keptPhase(phase: Phase): KeptPhase {
  switch (phase.name) {
    case 'offered':
      return { name: 'queued' }
    case 'moving':
    case 'finishing':
      return { name: 'accepted' }
    case 'queued':
    case 'accepted':
    case 'done':
    case 'failed':
    case 'declined':
    case 'cancelled':
      return phase
    default:
      return phase satisfies never
  }
}
