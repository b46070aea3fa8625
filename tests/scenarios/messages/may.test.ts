import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { messageAlpn } from '#core/messages/messages.ts'
import { Fault } from '#shared/faults.ts'
import { closing } from '../../support/closing.ts'
import { pair, TestCore, together } from '../../support/paired-cores.ts'
import { until } from '../../support/until.ts'

const own = closing()

/** Bob is asked; Carol asks. She always believes that the two are paired. */
async function asked(make: (bob: TestCore, carol: TestCore) => Promise<void>) {
  const open = (name: string) => own(new TestCore(name)).open()
  const [bob, carol] = await Promise.all([open('Bob'), open('Carol')])
  await make(bob, carol)
  return { bob, carol }
}

const device = (other: TestCore, root: Uint8Array, role: 'host' | 'joiner') => ({
  id: other.id,
  name: other.name,
  announcementKey: other.rooms.devices.announcementKey,
  kind: 'laptop' as const,
  root,
  role,
})

async function believe(carol: TestCore, bob: TestCore, root: Uint8Array): Promise<void> {
  const { devices } = carol.rooms
  await Promise.all([
    devices.add(device(bob, root, 'joiner')),
    devices.prove(bob.id, root),
    devices.seen(bob.id, bob.address),
  ])
}

async function pairedAs(trust: 'known' | 'trusted' | 'observer', bob: TestCore, carol: TestCore) {
  await pair(bob, carol)
  await together(bob, carol)
  await bob.rooms.devices.change(carol.id, { trust })
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'fine',
    (error: unknown) => Fault.of(error).code,
  )

const makings: Record<string, (bob: TestCore, carol: TestCore) => Promise<void>> = {
  stranger: (bob, carol) => believe(carol, bob, randomBytes(32)),
  pending: async (bob, carol) => {
    await bob.rooms.devices.add(device(carol, randomBytes(32), 'host'))
    await believe(carol, bob, randomBytes(32))
  },
  known: (bob, carol) => pairedAs('known', bob, carol),
  trusted: (bob, carol) => pairedAs('trusted', bob, carol),
  observer: (bob, carol) => pairedAs('observer', bob, carol),
  blocked: async (bob, carol) => {
    await pairedAs('known', bob, carol)
    await until('it has told what it is', () => bob.shows(carol)?.version === '0.0.0')
    await bob.rooms.devices.change(carol.id, { trust: 'blocked' })
  },
  removed: async (bob, carol) => {
    await pairedAs('known', bob, carol)
    await bob.rooms.devices.remove(carol.id)
  },
}

describe('safety 4: what a device may do here follows what it is here', () => {
  test.each([
    { who: 'stranger', session: 'peer.refused', text: null, status: false },
    { who: 'pending', session: 'session.unproved', text: null, status: false },
    { who: 'known', session: 'fine', text: 'fine', status: true },
    { who: 'trusted', session: 'fine', text: 'fine', status: true },
    { who: 'observer', session: 'fine', text: 'message.refused', status: true },
    { who: 'blocked', session: 'peer.refused', text: null, status: false },
    { who: 'removed', session: 'peer.refused', text: null, status: false },
  ])('$who: session $session, text $text', async ({ who, session, text, status }) => {
    const { bob, carol } = await asked(makings[who] ?? (async () => {}))
    const { sessions, messages } = carol.rooms
    if (who === 'blocked' || who === 'removed') {
      await until('the session is over', () => sessions.current(bob.id, messageAlpn) === null)
    }
    expect(await codeOf(sessions.open(bob.id, messageAlpn))).toBe(session)
    expect(await codeOf(messages.ping(bob.id))).toBe(session)
    const received = bob.core.api.streams['texts.watch'](new AbortController().signal)
    const written = AbortSignal.timeout(text === null ? 300 : 5_000)
    const code = await codeOf(carol.calls['text.send']({ to: bob.id, text: 'hello' }, written))
    if (text !== null) expect(code).toBe(text)
    const { value } = await received[Symbol.asyncIterator]().next()
    expect(value).toEqual({ snapshot: text === 'fine' ? [expect.anything()] : [] })
    if (status) await until('a status is kept', () => bob.shows(carol)?.status !== null)
    else expect(bob.shows(carol)?.version ?? null).toBe(who === 'blocked' ? '0.0.0' : null)
  })

  test('a pending device that proves the root is paired for good', async () => {
    const { bob, carol } = await asked(async () => {})
    const root = randomBytes(32)
    await bob.rooms.devices.add(device(carol, root, 'host'))
    await believe(carol, bob, root)
    await together(bob, carol)
    await bob.restart()
    expect(bob.rooms.devices.isPaired(carol.id)).toBe(true)
  })
})
