import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Trust } from '#shared/devices.ts'
import { createLog, silentLog, type LogLine } from '#core/base/log.ts'
import type { CloseReason } from '#core/endpoint/types.ts'
import { SecureChannel } from '#core/sessions/secure-channel.ts'
import { encodeControl, type Control } from '#core/transfers/control.ts'
import { transferAlpn } from '#core/transfers/transfer-alpn.ts'
import { closing } from '../../support/closing.ts'
import { fakeTransferId } from '../../support/fake-transfers.ts'
import { moversHere } from '../../support/movers-here.ts'
import { TestCore } from '../../support/paired-cores.ts'
import { comesTo, sendingPair, transferAt } from '../../support/transfers.ts'
import { until } from '../../support/until.ts'

const own = closing()

/** Bob, and somebody paired with him who says whatever it likes. */
async function rogue(trust: Trust, log = silentLog) {
  const opened = { movers: 0 }
  const movers = {
    ...moversHere,
    open: (on: Parameters<typeof moversHere.open>[0]) => {
      opened.movers += 1
      return moversHere.open(on)
    },
  }
  const [ada, bob] = await Promise.all([
    own(new TestCore('Ada')).open(),
    own(new TestCore('Bob', { movers, log })).open(),
  ])
  await sendingPair(ada, bob, trust)
  const session = async () => ada.rooms.sessions.open(bob.id, transferAlpn)
  const say = async (message: Control) => (await session()).send(encodeControl(message))
  return { bob, opened, session, say }
}

const id = fakeTransferId(7)
const offer: Control = {
  type: 'offer',
  id,
  attempt: 0,
  names: ['x'],
  things: 1,
  files: 1,
  bytes: 1,
  listed: true,
  held: false,
}
const isTurnedDown = (payload: Uint8Array, code: string) =>
  Buffer.from(payload).toString().includes(`"outcome":"declined","code":"${code}"`)
const lane: Control = {
  type: 'lane',
  id,
  epoch: 1,
  doors: { kind: 'tcp', addresses: ['127.0.0.1:9'] },
}

describe('safety 10: unknown and repeated', () => {
  test('the same transfer offered twice ends the session', async () => {
    const { session, say } = await rogue('known')
    const { closed } = await session()
    await say(offer)
    await say(offer)
    expect(await closed).toEqual({ code: 'transfer.duplicate', byPeer: true })
  }, 20_000)

  test.each<[string, Control]>([
    ['what only a receiver says', { type: 'accepted', id, held: false }],
    ['a lane before the answer', lane],
    ['that it is done', { type: 'ended', id, attempt: 0, outcome: 'done', code: null }],
  ])(
    '%s',
    async (_, message) => {
      const { bob, opened, session, say } = await rogue('known')
      const channel = await session()
      await say(offer)
      await say(message)
      await until('the session ended or nothing came of it', async () => {
        const gone = !channel.isOpen
        return gone || transferAt(bob, id)?.state === 'offered'
      })
      expect(opened.movers).toBe(0)
      expect(existsSync(bob.downloads)).toBe(false)
    },
    20_000,
  )

  test('an id that belongs to a transfer with another device is refused', async () => {
    const { bob, session, say } = await rogue('known')
    const other = await own(new TestCore('Eve')).open()
    await sendingPair(other, bob, 'known')
    await say(offer)
    await comesTo(bob, id, 'offered')
    // Bob may call at the same moment: then one of the two sessions gives way to the other.
    const ends: CloseReason[] = []
    await until('it was said in a session that stayed', async () => {
      const channel = await other.rooms.sessions.open(bob.id, transferAlpn).catch(() => null)
      await channel?.send(encodeControl(offer)).catch(() => {})
      if (channel) ends.push(await channel.closed)
      return ends.some(({ code }) => code !== 'clean')
    })
    expect(ends.at(-1)).toEqual({ code: 'transfer.duplicate', byPeer: true })
    expect((await session()).isOpen).toBe(true)
  }, 20_000)
})

describe('safety 7: before somebody has said yes', () => {
  const ids = [1, 2, 3].map((n) => fakeTransferId(n))
  const someId = fc.constantFrom(...ids)
  const message = someId.chain((id) =>
    fc.constantFrom<Control>(
      { ...offer, id },
      { ...offer, id, attempt: 1, listed: false },
      { ...lane, id },
      { type: 'offered' },
      { type: 'counts', id, files: 2, bytes: 5, listed: true },
      { type: 'lost', id, epoch: 0 },
      { type: 'hold', id },
      { type: 'go', id },
      { type: 'ended', id, attempt: 0, outcome: 'cancelled', code: null },
      { type: 'receipts?', id, from: 0 },
      { type: 'accepted', id, held: false },
      { type: 'again', id },
    ),
  )

  test('whatever is said in whatever order, nothing is created and nobody takes a byte', async () => {
    const { bob, opened, say } = await rogue('known')
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 12 }), async (messages) => {
        // What is out of order ends the session; the next word begins another.
        for (const one of messages) await say(one).catch(() => {})
      }),
      { numRuns: 25 },
    )
    expect(opened.movers).toBe(0)
    expect(existsSync(bob.downloads)).toBe(false)
  }, 60_000)
})

test('safety 20: more than there is room for waits, and the sender is told why', async () => {
  const { bob, session, say } = await rogue('trusted')
  await say({ ...offer, bytes: 2 ** 52 })
  const paused = await comesTo(bob, id, 'paused')
  expect(paused).toMatchObject({ by: 'reason', fault: { code: 'disk.full' } })
  expect((await session()).isOpen).toBe(true)
}, 20_000)

test('safety 4: who may not offer leaves no trace, and pushes nothing out of the history', async () => {
  const told: Pick<LogLine, 'event' | 'fields'>[] = []
  const log = createLog('info', [{ write: (line) => told.push(line), close: () => {} }])
  const { bob, session, say } = await rogue('observer', log)
  const sent = vi.spyOn(SecureChannel.prototype, 'send')
  const refusals = () =>
    sent.mock.calls.filter(([payload]) => isTurnedDown(payload, 'message.refused')).length
  for (let n = 1; n <= 40; n++) await say({ ...offer, id: fakeTransferId(200 + n) })
  await until('all are refused', () => refusals() === 40)
  const channel = await session()
  channel.close('clean')
  await until('it is told', () => told.some(({ event }) => event === 'offers refused'))
  const lines = told.filter(({ event }) => event === 'offers refused')
  expect(lines).toMatchObject([{ fields: { count: 40 } }])
  expect(bob.rooms.transfers.list()).toEqual([])
  expect(bob.rooms.transfers.book.history('', 0, 10).total).toBe(0)
}, 30_000)

test('safety 9: who may not offer is not remembered either, however often it tries', async () => {
  const { session, say } = await rogue('observer')
  const sent = vi.spyOn(SecureChannel.prototype, 'send')
  for (let n = 0; n < 3; n++) await say(offer)
  const refusals = () =>
    sent.mock.calls.filter(([payload]) => isTurnedDown(payload, 'message.refused'))
  await until('all are refused', () => refusals().length === 3)
  expect((await session()).isOpen).toBe(true)
}, 20_000)

test('safety 9: what is offered and withdrawn without end is soon not asked about any more', async () => {
  const { bob, say } = await rogue('known')
  const sent = vi.spyOn(SecureChannel.prototype, 'send')
  const refusals = () => sent.mock.calls.filter(([payload]) => isTurnedDown(payload, 'peer.busy'))
  const many = 300
  for (let n = 1; n <= many; n++) {
    const one = { ...offer, id: fakeTransferId(1_000 + n) }
    await say(one)
    await say({ type: 'ended', id: one.id, attempt: 0, outcome: 'cancelled', code: null })
  }
  const history = () => bob.rooms.transfers.book.history('', 0, 1).total
  await until('all were looked at', () => history() + refusals().length >= many)
  expect(history()).toBeLessThan(150)
}, 60_000)

test('safety 15: whoever is asked reads names as they will land', async () => {
  const { bob, say } = await rogue('known')
  await say({ ...offer, names: ['report_\u202efdp.exe', 'a\u001b[2Jb', '../up', 'plain [1].txt'] })
  const { names } = await comesTo(bob, id, 'offered')
  expect(names).toEqual(['report__fdp.exe', 'a_[2Jb', '_', 'plain [1].txt'])
}, 20_000)

test('safety 7: counts that were final stay what they were', async () => {
  const { bob, say } = await rogue('known')
  await say(offer)
  await comesTo(bob, id, 'offered')
  await say({ type: 'counts', id, files: 1_000, bytes: 2 ** 40, listed: true })
  await say({ type: 'hold', id })
  await until('it was heard', () => transferAt(bob, id)?.state === 'paused')
  expect(transferAt(bob, id)).toMatchObject({ files: 1, totalBytes: 1 })
}, 20_000)

test('a flood of offers is bounded: the rest is turned down', async () => {
  const { bob, say } = await rogue('known')
  for (let n = 1; n <= 50; n++) await say({ ...offer, id: fakeTransferId(100 + n) })
  const last = fakeTransferId(150)
  await until('the last one was looked at', () => bob.rooms.transfers.list().length >= 32)
  await say({ type: 'counts', id: last, files: 1, bytes: 1, listed: true })
  expect(bob.rooms.transfers.list().filter(({ state }) => state === 'offered')).toHaveLength(32)
}, 30_000)
