import { describe, expect, it } from 'vitest'
import { Fault, faultTable } from '#shared/faults.ts'
import { closeReason, explained, wireOf } from '#core/endpoint/errors.ts'

const context = { otherwise: 'peer.closed' } as const
const backtrace = '\n\nStack backtrace:\n   0: TimedOut LocallyClosed timed out'

describe('what the binding throws', () => {
  it.each([
    ['Reset(16)', 'peer.busy'],
    ['Stopped(17)', 'frame.oversize'],
    ['Reset(0)', 'peer.closed'],
    ['Reset(99999)', 'peer.closed'],
    [
      'ConnectionLost(ApplicationClosed(ApplicationClose { error_code: 15, reason: b"" }))',
      'peer.refused',
    ],
    ['ConnectionLost(TimedOut)', 'peer.unreachable'],
    ['something nobody has seen yet', 'peer.closed'],
  ])('%s → %s', (text, code) => {
    expect(explained(new Error(text + backtrace), context)).toMatchObject({ code })
  })

  it('is a cancellation where we closed cleanly, and our own fault where we closed with one', () => {
    const error = new Error(`ConnectionLost(LocallyClosed)${backtrace}`)
    expect(explained(error, { ...context, closedWith: 'clean' }).name).toBe('AbortError')
    expect(explained(error, { ...context, closedWith: 'core.closing' })).toMatchObject({
      code: 'core.closing',
    })
  })

  it('keeps what was thrown as the cause', () => {
    const error = new Error('TimedOut')
    const fault = explained(error, context)
    expect(fault).toBeInstanceOf(Fault)
    expect(fault.cause).toBe(error)
  })
})

describe('why a connection closed', () => {
  it.each([
    ['closed by peer: bye (code 15)', { code: 'peer.refused', byPeer: true }],
    ['closed by peer: 16', { code: 'peer.busy', byPeer: true }],
    ['closed by peer: 0', { code: 'clean', byPeer: true }],
    ['closed by peer: 16 (code 15)', { code: 'peer.refused', byPeer: true }],
    ['closed by peer: (code 16) (code 15)', { code: 'peer.refused', byPeer: true }],
    ['closed by peer: two\nlines (code 15)', { code: 'peer.refused', byPeer: true }],
    ['timed out', { code: 'peer.unreachable', byPeer: false }],
    ['reset by peer', { code: 'peer.closed', byPeer: false }],
  ])('%s', (text, reason) => {
    expect(closeReason(text, null)).toEqual(reason)
  })

  it('closed', () => {
    expect(closeReason('closed', 'core.closing')).toEqual({ code: 'core.closing', byPeer: false })
    expect(closeReason('closed', null)).toEqual({ code: 'clean', byPeer: false })
  })
})

it('every fault has a code of its own on the wire, and none is that of a clean close', () => {
  const wires = Object.values(faultTable).map(({ wire }) => BigInt(wire))
  expect(new Set(wires).size).toBe(wires.length)
  expect(wires).not.toContain(wireOf('clean'))
})
