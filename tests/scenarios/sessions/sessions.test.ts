import { describe, expect, test } from 'vitest'
import type { CloseReason } from '#core/endpoint/types.ts'
import type { SecureChannel } from '#core/sessions/secure-channel.ts'
import { messageAlpn } from '#core/messages/messages.ts'
import { transferAlpn } from '#core/transfers/transfer-alpn.ts'
import { closing } from '../../support/closing.ts'
import { isThere, pair, TestCore, together } from '../../support/paired-cores.ts'
import { until } from '../../support/until.ts'

const own = closing()

async function two(): Promise<[TestCore, TestCore]> {
  const open = (name: string) => own(new TestCore(name)).open()
  return Promise.all([open('Ada'), open('Bob')])
}

async function paired(): Promise<[TestCore, TestCore]> {
  const [ada, bob] = await two()
  await pair(ada, bob)
  await together(ada, bob)
  return [ada, bob]
}

const session = (core: TestCore, other: TestCore) =>
  core.rooms.sessions.current(other.id, messageAlpn)

/** How sessions here end from now on: of two that came about at once, one first ends cleanly. */
function endsAt(core: TestCore): CloseReason[] {
  const ends: CloseReason[] = []
  core.rooms.sessions.changes.on('closed', ({ reason }) => ends.push(reason))
  return ends
}

describe('two paired devices', () => {
  test('have a session within a second, and introduce themselves', async () => {
    const [ada, bob] = await two()
    await pair(ada, bob)
    await together(ada, bob, 1_000)
    expect(ada.shows(bob)).toMatchObject({ path: { kind: 'lan' }, trust: 'known' })
    const knows = (core: TestCore, other: TestCore) =>
      core.shows(other)?.version === '0.0.0' && core.shows(other)?.status !== null
    await until('both know each other', () => knows(ada, bob) && knows(bob, ada))
    expect(ada.rooms.devices.documentOf(bob.id)).toMatchObject({
      name: 'Bob',
      capabilities: [messageAlpn, transferAlpn],
    })
    expect(ada.shows(bob)?.status).toMatchObject({ name: 'Bob', transfers: 0 })
  })

  test('a new name reaches the other within a second, and survives a restart', async () => {
    const [ada, bob] = await paired()
    await ada.calls['settings.change']({ name: 'Atelier' }, new AbortController().signal)
    await until('the name came', () => bob.shows(ada)?.name === 'Atelier', 1_000)
    await until('so did the status', () => bob.shows(ada)?.status?.name === 'Atelier', 12_000)
    await bob.restart()
    expect(bob.shows(ada)).toMatchObject({ name: 'Atelier', os: expect.any(String) })
  }, 20_000)

  test('closing one is shown as closed at the other; back again, so is the session, in 5 s', async () => {
    const [ada, bob] = await paired()
    await bob.shut()
    const row = () => ada.rooms.devices.table.rows[0]
    await until('ada saw him close', () => row()?.state === 'disconnected', 1_000)
    expect(row()).toMatchObject({ reason: 'closed' })
    await bob.open()
    await together(ada, bob, 5_000)
  }, 15_000)

  test('100 times both dial at once: one session, the same at both ends, and nothing else', async () => {
    const [ada, bob] = await paired()
    const opened = new Set<SecureChannel>()
    for (const { rooms } of [ada, bob]) {
      rooms.sessions.changes.on('opened', (channel) => opened.add(channel))
      rooms.sessions.changes.on('closed', ({ channel }) => opened.delete(channel))
    }
    const sides = { dialler: 0, accepter: 0 }
    for (let round = 0; round < 100; round++) {
      session(ada, bob)?.close('clean')
      session(bob, ada)?.close('clean')
      const dial = (core: TestCore, other: TestCore) =>
        core.rooms.sessions.open(other.id, messageAlpn).catch(() => {})
      await Promise.all([dial(ada, bob), dial(bob, ada)])
      const same = () => {
        const [one, other] = [session(ada, bob), session(bob, ada)]
        return one && other && Buffer.compare(one.handshakeHash, other.handshakeHash) === 0
      }
      await until('both hold one session', () => same() === true && opened.size === 2)
      sides[session(ada, bob)?.side ?? 'dialler'] += 1
    }
    expect(sides.dialler + sides.accepter).toBe(100)
  }, 60_000)

  test('whoever dials twice at once gets one session', async () => {
    const [ada, bob] = await paired()
    session(ada, bob)?.close('clean')
    const all = await Promise.all(
      Array.from({ length: 20 }, () => ada.rooms.sessions.open(bob.id, messageAlpn)),
    )
    expect(new Set(all).size).toBe(1)
  })
})

describe('safety 5: removing and blocking', () => {
  test('removed: the session ends within a second, and the other side is told', async () => {
    const [ada, bob] = await paired()
    const ends = endsAt(bob)
    await ada.rooms.devices.remove(bob.id)
    await until('bob was told', () => bob.shows(ada)?.state === 'disconnected', 1_000)
    expect(ends).toContainEqual({ code: 'peer.removed', byPeer: true })
    expect(bob.shows(ada)).toMatchObject({ reason: 'removed' })
    expect(session(ada, bob)).toBeNull()
  })

  test('removed while the other was away: it is told when it comes', async () => {
    const [ada, bob] = await paired()
    const { id } = bob
    await bob.shut()
    await ada.rooms.devices.remove(id)
    await bob.open()
    await until('bob was told', () => bob.shows(ada)?.state === 'disconnected')
    expect(bob.shows(ada)).toMatchObject({ reason: 'removed' })
  })

  test('blocked: the session ends within a second; readmitted, it is back', async () => {
    const [ada, bob] = await paired()
    const ends = endsAt(bob)
    await ada.rooms.devices.change(bob.id, { trust: 'blocked' })
    await until('bob was told', () => bob.shows(ada)?.state === 'disconnected', 1_000)
    expect(ends).toContainEqual({ code: 'peer.refused', byPeer: true })
    expect(ada.shows(bob)).toMatchObject({ state: 'disconnected', reason: 'blocked' })
    await ada.rooms.devices.change(bob.id, { trust: 'known' })
    await together(ada, bob, 2_000)
  })

  test('both survive a restart', async () => {
    const [ada, bob] = await paired()
    await ada.rooms.devices.change(bob.id, { trust: 'blocked' })
    await ada.restart()
    await bob.rooms.devices.seen(ada.id, ada.address)
    await expect(bob.rooms.sessions.open(ada.id, messageAlpn)).rejects.toMatchObject({
      code: 'peer.refused',
    })
    expect(isThere(ada, bob)).toBe(false)
  })
})

describe('safety 1: an address is a hint', () => {
  test('where another device answers now, the right one is still reached elsewhere', async () => {
    const [ada, bob] = await two()
    const eve = await own(new TestCore('Eve')).open()
    await pair(ada, bob)
    await together(ada, bob)
    // As if Eve had got an address of Bob's, or said so.
    await ada.rooms.devices.seen(bob.id, eve.address)
    session(ada, bob)?.close('clean')
    session(bob, ada)?.close('clean')
    await together(ada, bob)
    expect(eve.rooms.devices.table.rows).toEqual([])
  })
})
