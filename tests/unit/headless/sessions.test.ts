import { expect, test } from 'vitest'
import { createSessions } from '../../../electron/headless/serve/sessions.ts'
import { FakeClock } from '../../support/fake-clock.ts'

function started() {
  const clock = new FakeClock()
  return { clock, sessions: createSessions(clock) }
}

function sessionOf(sessions: ReturnType<typeof createSessions>): string {
  const redeemed = sessions.redeem(sessions.token)
  if (redeemed.kind !== 'session') throw new Error(redeemed.kind)
  return redeemed.id
}

test('safety 29: the token has at least 128 bits and is new in each run', () => {
  const tokens = Array.from({ length: 50 }, () => started().sessions.token)
  expect(new Set(tokens).size).toBe(50)
  for (const token of tokens) {
    expect(Buffer.from(token, 'base64url').length * 8).toBeGreaterThanOrEqual(128)
  }
})

test('the token gives a session that is not the token', () => {
  const { sessions } = started()
  const id = sessionOf(sessions)
  expect(id).not.toBe(sessions.token)
  expect(sessions.has(id)).toBe(true)
  expect(sessions.has(sessions.token)).toBe(false)
  expect(sessions.has('')).toBe(false)
})

test('safety 29: token and session of another run are worth nothing', () => {
  const earlier = started().sessions
  const { sessions } = started()
  expect(sessions.redeem(earlier.token).kind).toBe('wrong')
  expect(sessions.has(sessionOf(earlier))).toBe(false)
})

test('guessing is slowed down: ten wrong tokens a minute, then none is looked at', async () => {
  const { clock, sessions } = started()
  for (let guess = 0; guess < 10; guess++) expect(sessions.redeem(`${guess}`).kind).toBe('wrong')
  expect(sessions.redeem(sessions.token).kind).toBe('too-many')
  await clock.advance(60_000)
  expect(sessions.redeem(sessions.token).kind).toBe('session')
})

test('sessions are counted: the oldest gives way', () => {
  const { sessions } = started()
  const ids = Array.from({ length: 65 }, () => sessionOf(sessions))
  expect(ids.map((id) => sessions.has(id))).toEqual([
    false,
    ...Array.from({ length: 64 }, () => true),
  ])
})
