import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FromMover } from '#core/transfers/process/messages.ts'
import type { MoverHosts } from '#core/transfers/process/hosts.ts'
import { closing } from '../../support/closing.ts'
import { moversHere } from '../../support/movers-here.ts'
import { TestCore } from '../../support/paired-cores.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import {
  act,
  becomes,
  comesTo,
  isUnderWay,
  send,
  sendingPair,
  slow,
  treeOf,
  writeTree,
} from '../../support/transfers.ts'
import { until } from '../../support/until.ts'
import { WiredMovers } from '../../support/wired-movers.ts'

const own = closing()

/** Movers that can be made to vanish, as a process does that crashes. */
class Fragile {
  readonly #crash = new Set<() => void>()
  opened = 0
  /** None that is opened lives long enough to do anything. */
  isHopeless = false

  readonly hosts: MoverHosts = {
    ...moversHere,
    open: ({ message, gone }) => {
      this.opened++
      let isGone = false
      const pass = (said: FromMover) => {
        if (!isGone) message(said)
        else if (said.event === 'stopped') void host.end()
      }
      const host = moversHere.open({ message: pass, gone })
      const crash = () => {
        isGone = true
        // As the system closes what a process had open.
        host.post({ command: 'stop', keep: true })
        gone(new Error('out of memory'))
      }
      this.#crash.add(crash)
      if (this.isHopeless) setImmediate(crash)
      const end = () => {
        this.#crash.delete(crash)
        return isGone ? Promise.resolve() : host.end()
      }
      return { post: (command) => isGone || host.post(command), end }
    },
  }

  /** The one that was opened last. */
  crash(): void {
    Array.from(this.#crash).at(-1)?.()
  }
}

async function two({ sender, receiver }: { sender?: MoverHosts; receiver?: MoverHosts }) {
  const ada = await own(new TestCore('Ada', { movers: sender ?? moversHere })).open()
  const bob = await own(new TestCore('Bob', { movers: receiver ?? moversHere })).open()
  await sendingPair(ada, bob)
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  return { ada, bob, source: folder.path }
}

describe.each(['sender', 'receiver'] as const)('the mover of the %s crashes', (which) => {
  async function underWay() {
    const fragile = new Fragile()
    const scene = await two({ [which]: fragile.hosts })
    const { ada, bob, source } = scene
    writeTree(source, { one: 4_000_000, two: 4_000_000 })
    await slow(ada, 4_000_000)
    const one = await send(ada, bob, [join(source, 'one')])
    await isUnderWay(ada, one)
    const other = await send(ada, bob, [join(source, 'two')])
    await isUnderWay(ada, other)
    return { ...scene, fragile, one, other }
  }

  test('a fresh one goes on where it was', async () => {
    const { ada, bob, source, fragile, one, other } = await underWay()
    for (let crashes = 1; crashes <= 2; crashes++) {
      fragile.crash()
      await until('a fresh mover', () => fragile.opened === 2 + crashes)
      await becomes(ada, other, 'a lane', ({ lane }) => lane !== null)
    }
    await slow(ada, null)
    for (const id of [one, other]) await comesTo(ada, id, 'done')
    for (const id of [one, other]) await comesTo(bob, id, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  }, 60_000)

  test('and every fresh one, too: this transfer fails with a reason, others go on', async () => {
    const { ada, bob, source, fragile, one, other } = await underWay()
    fragile.isHopeless = true
    fragile.crash()
    for (const core of [ada, bob]) {
      const failed = await comesTo(core, other, 'failed')
      expect(failed).toMatchObject({ fault: { code: 'transfer.crashed' } })
    }
    expect(fragile.opened).toBeLessThanOrEqual(5)
    fragile.isHopeless = false
    await slow(ada, null)
    await comesTo(ada, one, 'done')
    await act(ada, 'retry', other)
    await comesTo(ada, other, 'done')
    await comesTo(bob, other, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  }, 60_000)
})

describe('the wire under a tcp lane', () => {
  async function wired() {
    const wires = own(new WiredMovers())
    const scene = await two({ sender: wires.deaf, receiver: wires.hosts })
    writeTree(scene.source, { 'film.mkv': 8_000_000 })
    return { ...scene, wires }
  }

  test('cut again and again in the middle: it goes on, and nothing is lost', async () => {
    const { ada, bob, source, wires } = await wired()
    await slow(ada, 4_000_000)
    const id = await send(ada, bob, [join(source, 'film.mkv')])
    await isUnderWay(ada, id)
    for (let round = 0; round < 5; round++) {
      const lanes = wires.wires.length
      wires.cut()
      await until('another lane', () => wires.wires.length > lanes)
      await becomes(ada, id, 'a lane', ({ lane }) => lane === 'tcp')
    }
    await slow(ada, null)
    expect(await comesTo(ada, id, 'done')).toMatchObject({ lane: 'tcp', bytes: 8_000_000 })
    await comesTo(bob, id, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  }, 60_000)

  test('safety 25: a bit that flips on the way, in either direction, costs a lane and no byte', async () => {
    const { ada, bob, source, wires } = await wired()
    await slow(ada, 4_000_000)
    const id = await send(ada, bob, [join(source, 'film.mkv')])
    await isUnderWay(ada, id)
    const [first] = wires.wires
    if (!first) throw new Error('no wire')
    // In the film; each wire counts the bytes it has passed on.
    first.faults.back.corruptAt = first.passed.back + 50_000
    await until('another wire carries', () => (wires.wires[1]?.passed.back ?? 0) > 200_000)
    const [, second] = wires.wires
    if (!second) throw new Error('no other wire')
    // In the next word that comes back: that the film has landed.
    second.faults.forth.corruptAt = second.passed.forth
    await slow(ada, null)
    expect(await comesTo(ada, id, 'done')).toMatchObject({ bytes: 8_000_000, doneFiles: 1 })
    await comesTo(bob, id, 'done')
    expect(second.passed.forth).toBeGreaterThan(second.faults.forth.corruptAt)
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  }, 60_000)

  test('safety 26: a lane that carries nothing any more is replaced', async () => {
    const { ada, bob, source, wires } = await wired()
    await slow(ada, 4_000_000)
    const id = await send(ada, bob, [join(source, 'film.mkv')])
    await isUnderWay(ada, id)
    wires.stall(true)
    await becomes(ada, id, 'no lane', ({ lane }) => lane === null, 15_000)
    await slow(ada, null)
    await comesTo(ada, id, 'done', 20_000)
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  }, 60_000)

  test('no way for tcp: it goes by quic', async () => {
    const { ada, bob, source, wires } = await wired()
    wires.isOpen = false
    const id = await send(ada, bob, [join(source, 'film.mkv')])
    await becomes(ada, id, 'a lane', ({ lane }) => lane === 'quic', 20_000)
    expect(await comesTo(ada, id, 'done', 30_000)).toMatchObject({ lane: 'quic' })
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  }, 60_000)

  test('a direct way that appears in the middle is taken at once, and no byte twice', async () => {
    const { ada, bob, source, wires } = await wired()
    wires.isOpen = false
    await slow(ada, 1_000_000)
    const id = await send(ada, bob, [join(source, 'film.mkv')])
    await becomes(ada, id, 'a lane', ({ lane }) => lane === 'quic', 20_000)
    await becomes(ada, id, 'bytes', ({ bytes }) => bytes > 1_000_000)
    wires.isOpen = true
    const { state } = ada.rooms.network
    const { endpoint } = state.value
    const addresses = [...endpoint.addresses, '192.0.2.9:4000']
    state.set({ ...state.value, endpoint: { ...endpoint, addresses } })
    await becomes(ada, id, 'the better lane', ({ lane }) => lane === 'tcp', 3_000)
    await slow(ada, null)
    expect(await comesTo(ada, id, 'done')).toMatchObject({ lane: 'tcp', bytes: 8_000_000 })
    await comesTo(bob, id, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
    // What crossed the wire is what had not come by the other lane.
    const passed = wires.wires.reduce((sum, wire) => sum + wire.passed.back, 0)
    expect(passed).toBeLessThan(7_500_000)
  }, 60_000)
})
