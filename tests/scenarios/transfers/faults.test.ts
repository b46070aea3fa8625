import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FromThread } from '#core/transfers/thread/messages.ts'
import type { MoverHosts } from '#core/transfers/thread/hosts.ts'
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

/** Movers that can be made to vanish, as a thread does that crashes. */
class Fragile {
  readonly #crash = new Set<() => void>()

  readonly hosts: MoverHosts = {
    ...moversHere,
    open: ({ message, gone }) => {
      let isGone = false
      const pass = (said: FromThread) => {
        if (!isGone) message(said)
      }
      const host = moversHere.open({ message: pass, gone })
      const crash = () => {
        isGone = true
        void host.end()
        gone(new Error('out of memory'))
      }
      this.#crash.add(crash)
      const end = () => {
        this.#crash.delete(crash)
        return host.end()
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

test.each(['sender', 'receiver'] as const)(
  'the mover of the %s crashes: this transfer fails with a reason, others go on, retry has a fresh one',
  async (which) => {
    const fragile = new Fragile()
    const { ada, bob, source } = await two({ [which]: fragile.hosts })
    writeTree(source, { one: 4_000_000, two: 4_000_000 })
    await slow(ada, 4_000_000)
    const one = await send(ada, bob, [join(source, 'one')])
    await isUnderWay(ada, one)
    const two_ = await send(ada, bob, [join(source, 'two')])
    await isUnderWay(ada, two_)
    fragile.crash()
    const [crashed, other] = which === 'sender' ? [ada, bob] : [bob, ada]
    const failed = await comesTo(crashed, two_, 'failed')
    expect(failed).toMatchObject({ fault: { code: 'transfer.crashed' } })
    expect(await comesTo(other, two_, 'failed')).toMatchObject({
      fault: { code: 'transfer.crashed' },
    })
    await slow(ada, null)
    await comesTo(ada, one, 'done')
    await act(ada, 'retry', two_)
    await comesTo(ada, two_, 'done')
    await comesTo(bob, two_, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  },
  60_000,
)

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
})
