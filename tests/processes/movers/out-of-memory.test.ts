import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { MoverHosts, StartProcess } from '#core/transfers/process/hosts.ts'
import { maxHeapMiB, processHosts } from '#core/transfers/process/process-hosts.ts'
import { forkMover } from '../../../electron/headless/fork-mover.ts'
import { closing } from '../../support/closing.ts'
import { moverFile, whyNoProcesses } from '../../support/mover-processes.ts'
import { runGangway } from '../../support/node-process.ts'
import { TestCore } from '../../support/paired-cores.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { act, comesTo, send, sendingPair, treeOf, writeTree } from '../../support/transfers.ts'

/** Not even enough to load a mover: V8 ends the process by itself. */
const hardlyAnyMiB = 4
const own = closing()

// Builds what changed.
beforeAll(() => runGangway(['--version']))

/** A device of which so many movers run out of memory while they have a transfer. */
async function device(name: string, crashes: number): Promise<TestCore> {
  let left = crashes
  const start: StartProcess = (on) => forkMover(moverFile, left > 0 ? hardlyAnyMiB : maxHeapMiB)(on)
  const inner = processHosts(start)
  const movers: MoverHosts = {
    ...inner,
    open: ({ message, gone }) => inner.open({ message, gone: (error) => (left--, gone(error)) }),
  }
  const core = own(await new TestCore(name, { movers }).open())
  own({ close: () => expect(left).toBe(0) })
  return core
}

async function pairOf(senders: number, receivers: number) {
  const ada = await device('Ada', senders)
  const bob = await device('Bob', receivers)
  await sendingPair(ada, bob)
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  writeTree(folder.path, { 'film.mkv': 3_000_000, 'notes.txt': randomBytes(8).toString('hex') })
  const id = await send(ada, bob, [join(folder.path, 'film.mkv'), join(folder.path, 'notes.txt')])
  return { ada, bob, id, source: folder.path }
}

describe.skipIf(whyNoProcesses)('a mover that runs out of memory', () => {
  test.each([
    ['sending', 1, 0],
    ['receiving', 0, 1],
  ])('is followed by a fresh one (%s), and everything arrives', async (_, senders, receivers) => {
    const { ada, bob, id, source } = await pairOf(senders, receivers)
    await comesTo(ada, id, 'done', 30_000)
    await comesTo(bob, id, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  })

  test('again and again fails its transfer, which says so; retried with room, it arrives', async () => {
    const { ada, bob, id, source } = await pairOf(0, 3)
    const fault = { code: 'transfer.crashed' }
    expect(await comesTo(bob, id, 'failed', 30_000)).toMatchObject({ fault })
    expect(await comesTo(ada, id, 'failed')).toMatchObject({ fault })
    await act(ada, 'retry', id)
    await comesTo(ada, id, 'done', 30_000)
    await comesTo(bob, id, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
  })
})
