import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { SecureChannel } from '#core/sessions/secure-channel.ts'
import { encodeControl } from '#core/transfers/control.ts'
import { transferAlpn } from '#core/transfers/transfer-alpn.ts'
import { closing } from '../../support/closing.ts'
import { fakeTransferId } from '../../support/fake-transfers.ts'
import { pair, TestCore, together } from '../../support/paired-cores.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { twoWithFiles } from '../../support/transfer-scene.ts'
import {
  act,
  answer,
  becomes,
  comesTo,
  isUnderWay,
  send,
  sendingPair,
  slow,
  transferAt,
  treeOf,
  writeTree,
} from '../../support/transfers.ts'
import { until } from '../../support/until.ts'

const own = closing()
afterEach(() => vi.restoreAllMocks())

/** Does something once, at the moment a message of this type is about to be sent by anybody. */
function whenSaid(type: string, act: (channel: SecureChannel) => 'send' | 'drop'): void {
  const spy = vi.spyOn(SecureChannel.prototype, 'send')
  spy.mockImplementation(function (this: SecureChannel, payload) {
    const isIt = Buffer.from(payload).toString().includes(`"type":"${type}"`)
    spy.mockRestore()
    const verdict = isIt ? act(this) : 'send'
    const sending = verdict === 'send' ? this.send(payload) : Promise.resolve()
    if (!isIt) whenSaid(type, act)
    return sending
  })
}

async function oneOffered(bytes = 10) {
  const scene = await twoWithFiles(own, 'known')
  const { ada, bob, source } = scene
  writeTree(source, { d: bytes })
  const id = await send(ada, bob, [join(source, 'd')])
  await comesTo(bob, id, 'offered')
  await until('it is counted', () => transferAt(bob, id)?.listed === true)
  return { ...scene, id, landed: join(bob.downloads, 'd') }
}

describe('safety 7: nothing lands that nobody agreed to', () => {
  test('an offer said to have failed is no agreement', async () => {
    const { ada, bob, id, landed } = await oneOffered()
    const channel = ada.rooms.sessions.current(bob.id, transferAlpn)
    const say = (message: Parameters<typeof encodeControl>[0]) =>
      channel?.send(encodeControl(message))
    await say({ type: 'ended', id, attempt: 0, outcome: 'failed', code: null })
    const again = { names: ['d'], things: 1, files: 1, bytes: 10, listed: true, held: false }
    await say({ type: 'offer', id, attempt: 1, ...again })
    await comesTo(bob, id, 'offered')
    expect(existsSync(landed)).toBe(false)
  })

  test('a yes covers what it was about: more, after a failure, is asked for again', async () => {
    const { ada, bob, source, id, landed } = await oneOffered()
    writeTree(source, { d: 5_000_000 })
    await answer(bob, id, true)
    await comesTo(ada, id, 'failed')
    await comesTo(bob, id, 'failed')
    await act(ada, 'retry', id)
    await comesTo(bob, id, 'offered')
    expect(existsSync(landed)).toBe(false)
  })

  test('tries without asking land no more in all than the yes was about', async () => {
    const { ada, bob, source } = await twoWithFiles(own, 'known')
    writeTree(source, { 'set/film': 3_000_000, 'set/gone': 10 })
    await slow(ada, 1_500_000)
    const id = await send(ada, bob, [join(source, 'set')])
    await becomes(bob, id, 'counted', ({ state, listed }) => state === 'offered' && listed)
    await answer(bob, id, true)
    await isUnderWay(bob, id)
    rmSync(join(source, 'set/gone'))
    await slow(ada, null)
    await comesTo(bob, id, 'failed')
    await comesTo(ada, id, 'failed')
    const film = () => Object.keys(treeOf(bob.downloads)).filter((name) => /film/.test(name))
    expect(film()).toEqual(['set/film'])
    // As large as before, and nothing of it is there yet.
    writeTree(source, { 'set/film': 3_000_000, 'set/gone': 10 })
    await act(ada, 'retry', id)
    await comesTo(bob, id, 'failed')
    await comesTo(ada, id, 'failed')
    expect(film()).toEqual(['set/film'])
    const { files } = await bob.rooms.transfers.book.files(id, 0, 10)
    expect(files).toContainEqual(expect.objectContaining({ path: 'set/film', reason: 'extra' }))
    await act(ada, 'retry', id)
    await comesTo(bob, id, 'offered')
    await answer(bob, id, true)
    await comesTo(ada, id, 'done')
    expect(film()).toEqual(['set/film (2)', 'set/film'].sort())
  }, 30_000)

  test('a yes to what is still being counted holds for what it came to, not for more', async () => {
    const { ada, bob } = await twoWithFiles(own, 'known')
    const id = fakeTransferId(3)
    const channel = await ada.rooms.sessions.open(bob.id, transferAlpn)
    const say = (message: Parameters<typeof encodeControl>[0]) =>
      channel.send(encodeControl(message))
    const what = { names: ['d'], things: 1, held: false }
    const offer = { type: 'offer' as const, id, ...what }
    await say({ ...offer, attempt: 0, files: 1, bytes: 10, listed: false })
    await comesTo(bob, id, 'offered')
    await answer(bob, id, true)
    await say({ type: 'counts', id, files: 2, bytes: 2_000, listed: true })
    const failed = { type: 'ended', id, outcome: 'failed', code: null } as const
    await say({ ...failed, attempt: 0 })
    await comesTo(bob, id, 'failed')
    await say({ ...offer, attempt: 1, files: 2, bytes: 2_000, listed: true })
    await comesTo(bob, id, 'accepted')
    await say({ ...failed, attempt: 1 })
    await comesTo(bob, id, 'failed')
    await say({ ...offer, attempt: 2, files: 2, bytes: 2_001, listed: true })
    expect(await comesTo(bob, id, 'offered')).toMatchObject({ totalBytes: 2_001 })
  }, 20_000)

  test('a rule with a bound takes no more than that, whatever was announced', async () => {
    const { ada, bob, source } = await twoWithFiles(own, 'known')
    const rule = { folder: null, maxBytes: 1_000 }
    const { signal } = new AbortController()
    await bob.calls['settings.change']({ acceptRules: { [ada.id]: rule } }, signal)
    writeTree(source, { e: 10 })
    whenSaid('lane', () => {
      writeFileSync(join(source, 'e'), Buffer.alloc(2_000_000))
      return 'send'
    })
    const id = await send(ada, bob, [join(source, 'e')])
    await comesTo(bob, id, 'failed')
    expect(existsSync(join(bob.downloads, 'e'))).toBe(false)
  })

  test('safety 4: who became an observer in between is refused at the next try', async () => {
    const { ada, bob, source, id, landed } = await oneOffered()
    writeTree(source, { d: 5_000_000 })
    await answer(bob, id, true)
    await comesTo(ada, id, 'failed')
    await bob.rooms.devices.change(ada.id, { trust: 'observer' })
    await act(ada, 'retry', id)
    await comesTo(ada, id, 'declined')
    expect(existsSync(landed)).toBe(false)
  })

  test('safety 4: who becomes an observer while it sends is stopped there and then', async () => {
    const { ada, bob, source } = await twoWithFiles(own, 'known')
    writeTree(source, { film: 6_000_000 })
    await slow(ada, 1_000_000)
    const id = await send(ada, bob, [join(source, 'film')])
    await comesTo(bob, id, 'offered')
    await answer(bob, id, true)
    await isUnderWay(bob, id)
    await bob.rooms.devices.change(ada.id, { trust: 'observer' })
    const ended = await comesTo(bob, id, 'failed', 3_000)
    expect(ended).toMatchObject({ fault: { code: 'message.refused' } })
    expect(existsSync(join(bob.downloads, 'film'))).toBe(false)
  })

  test('safety 5: pairing again brings back no right to go on', async () => {
    const { ada, bob, id, landed } = await oneOffered()
    await bob.rooms.devices.remove(ada.id)
    await until('it has ended there', () => transferAt(ada, id)?.state !== 'offered')
    await pair(ada, bob)
    await together(ada, bob)
    // What only waited for Bob is offered by itself, and he says how it ended there.
    await until('it has ended here', () => transferAt(ada, id)?.state === 'failed')
    await act(ada, 'retry', id)
    await comesTo(bob, id, 'offered')
    expect(existsSync(landed)).toBe(false)
  })
})

test('safety 7: what did not arrive can be asked for again on the same day, not whenever one likes', async () => {
  let later = 0
  const now = () => Date.now() + later
  const open = (name: string) => own(new TestCore(name, { clock: { ...systemClock, now } })).open()
  const [ada, bob] = await Promise.all([open('Ada'), open('Bob')])
  await sendingPair(ada, bob, 'known')
  using folder = temporaryFolder()
  writeTree(folder.path, { d: 10 })
  const id = await send(ada, bob, [join(folder.path, 'd')])
  const decline = async () => {
    await comesTo(bob, id, 'offered')
    await answer(bob, id, false)
    await comesTo(ada, id, 'declined')
  }
  await decline()
  later = 20 * 3_600_000
  await act(bob, 'retry', id)
  await decline()
  later += 25 * 3_600_000
  await act(bob, 'retry', id)
  // Everything before it has been heard when this arrives.
  const next = await send(bob, ada, [join(folder.path, 'd')])
  await comesTo(ada, next, 'offered')
  expect(transferAt(ada, id)?.state).toBe('declined')
})

test('a yes that is lost with its session counts all the same', async () => {
  const { ada, bob, id, landed } = await oneOffered()
  whenSaid('accepted', (channel) => {
    channel.close('peer.unreachable')
    return 'drop'
  })
  await answer(bob, id, true)
  await comesTo(ada, id, 'done')
  await comesTo(bob, id, 'done')
  expect(existsSync(landed)).toBe(true)
})
