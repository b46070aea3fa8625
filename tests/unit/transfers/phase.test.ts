import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import {
  after,
  atTheStart,
  isFree,
  isOverPhase,
  shownState,
  type Phase,
  type Standing,
  type Step,
} from '#core/transfers/phase.ts'

const fault = new Fault('disk.full', { folder: 'x' }).toRecord()

const phases: readonly Phase[] = [
  { name: 'queued' },
  { name: 'offered', expiresAt: null },
  { name: 'accepted' },
  { name: 'moving' },
  { name: 'finishing' },
  { name: 'done' },
  { name: 'failed', fault },
  { name: 'declined', fault },
  { name: 'cancelled', by: 'me' },
]

const steps: readonly Step[] = [
  { step: 'offer', expiresAt: null },
  { step: 'withdraw' },
  { step: 'accept' },
  { step: 'move' },
  { step: 'stop' },
  { step: 'finish' },
  { step: 'complete' },
  { step: 'fail', fault },
  { step: 'decline', fault },
  { step: 'cancel', by: 'peer' },
  { step: 'retry' },
]

/** Where each step leads from each phase, in the order of `steps`; - where it makes no sense. */
const table: Readonly<Record<Phase['name'], string>> = {
  queued: 'offered - accepted - - - - failed declined cancelled -',
  offered: 'offered queued accepted - - - - failed declined cancelled -',
  accepted: 'offered - accepted moving - - done failed declined cancelled -',
  moving: '- - - moving accepted finishing done failed - cancelled -',
  finishing: '- - - - accepted finishing done failed - cancelled -',
  done: '- - - - - - - - - - queued',
  failed: '- - - - - - - - - - queued',
  declined: '- - - - - - - - - - queued',
  cancelled: '- - - - - - - - - - queued',
}

const at = (phase: Phase, rest: Partial<Standing> = {}): Standing => ({
  ...atTheStart,
  phase,
  ...rest,
})

describe('every step from every phase', () => {
  test.each(phases)('$name', (phase) => {
    const led = steps.map((step) => after(at(phase), step)?.phase.name ?? '-')
    expect(led.join(' ')).toBe(table[phase.name])
  })
})

describe('resting', () => {
  const underWay = phases.filter((phase) => !isOverPhase(phase))

  test.each(underWay)('$name: each side holds and lets go for itself', (phase) => {
    const both = (['me', 'peer'] as const).reduce<Standing>(
      (standing, by) => after(standing, { step: 'hold', by }) ?? standing,
      at(phase),
    )
    expect(shownState(both)).toEqual({ state: 'paused', by: 'me', fault: null })
    const theirs = after(both, { step: 'release', by: 'me' })
    expect(theirs && shownState(theirs)).toEqual({ state: 'paused', by: 'peer', fault: null })
    expect(theirs && isFree(theirs)).toBe(false)
    const free = theirs && after(theirs, { step: 'release', by: 'peer' })
    expect(free && isFree(free)).toBe(true)
    expect(free?.phase).toEqual(phase)
  })

  test.each(underWay)('$name: what it waits for by itself is told with the reason', (phase) => {
    const waiting = after(at(phase), { step: 'trouble', fault })
    expect(waiting && shownState(waiting)).toEqual({ state: 'paused', by: 'reason', fault })
    const over = waiting && after(waiting, { step: 'trouble', fault: null })
    expect(over && shownState(over).state).toBe(phase.name)
  })

  test('what has ended cannot rest, and an end takes every rest with it', () => {
    for (const phase of phases.filter(isOverPhase)) {
      expect(after(at(phase), { step: 'hold', by: 'me' })).toBeNull()
      expect(after(at(phase), { step: 'trouble', fault })).toBeNull()
    }
    const held = at({ name: 'moving' }, { heldByMe: true, heldByPeer: true, trouble: fault })
    expect(after(held, { step: 'cancel', by: 'me' })).toEqual(at({ name: 'cancelled', by: 'me' }))
  })
})

test('every phase is shown in its own word', () => {
  expect(phases.map((phase) => shownState(at(phase)).state)).toEqual(phases.map(({ name }) => name))
})
