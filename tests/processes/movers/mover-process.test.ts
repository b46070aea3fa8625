import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { MoverHost, MoverHosts } from '#core/transfers/process/hosts.ts'
import type { ToMover } from '#core/transfers/process/messages.ts'
import { processHosts } from '#core/transfers/process/process-hosts.ts'
import { forkMover } from '../../../electron/headless/fork-mover.ts'
import { closing } from '../../support/closing.ts'
import { isAlive, moverFile, moversOf, whyNoProcesses } from '../../support/mover-processes.ts'
import { runGangway } from '../../support/node-process.ts'
import { TestCore } from '../../support/paired-cores.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import {
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

// Builds what changed.
beforeAll(() => runGangway(['--version']))

/** Real processes that find no way for tcp; what was opened last can be got hold of. */
class WithoutTcp {
  readonly #hosts = processHosts(forkMover(moverFile))
  last: MoverHost | null = null

  readonly hosts: MoverHosts = {
    ...this.#hosts,
    open: ({ message, gone }) => {
      const host = this.#hosts.open({ message, gone })
      const fault = new Fault('peer.unreachable').toRecord()
      const post = (command: ToMover) => {
        const isTcp = command.command === 'open' && command.kind === 'tcp'
        // Never before whoever asked waits for it: a real one takes a turn.
        if (isTcp) setImmediate(() => message({ event: 'notMet', epoch: command.epoch, fault }))
        else host.post(command)
      }
      this.last = host
      return { post, end: () => host.end() }
    },
  }
}

describe.skipIf(whyNoProcesses)('a mover with an open quic lane', () => {
  async function onQuic() {
    const movers = new WithoutTcp()
    const ada = await own(new TestCore('Ada', { movers: new WithoutTcp().hosts })).open()
    const bob = await own(new TestCore('Bob', { movers: movers.hosts })).open()
    await sendingPair(ada, bob)
    const folder = temporaryFolder()
    own({ close: () => folder[Symbol.dispose]() })
    writeTree(folder.path, { 'film.mkv': 8_000_000 })
    await slow(ada, 2_000_000)
    const id = await send(ada, bob, [join(folder.path, 'film.mkv')])
    await isUnderWay(ada, id)
    await becomes(ada, id, 'quic', ({ lane }) => lane === 'quic')
    return { ada, bob, id, movers, source: folder.path }
  }

  test('is killed, then trips over a bug: both times a fresh one goes on, and the node lives', async () => {
    const { ada, bob, id, movers, source } = await onQuic()
    const first = moversOf(process.pid)
    // Two of them move; a spare one may wait.
    expect(first.length).toBeGreaterThanOrEqual(2)
    // What a terminal sends to all it started is for the node alone.
    for (const pid of first) process.kill(pid, 'SIGINT')
    const { bytes } = transferAt(bob, id) ?? { bytes: 0 }
    await becomes(bob, id, 'more', (row) => row.bytes > bytes)
    expect(first.every(isAlive)).toBe(true)
    for (const pid of first) process.kill(pid, 'SIGKILL')
    await until('they are gone', () => !first.some(isAlive))
    await becomes(ada, id, 'quic again', ({ lane }) => lane === 'quic', 20_000)
    await isUnderWay(bob, id)
    const second = moversOf(process.pid)
    // Nothing it could expect: it throws where nobody catches.
    movers.last?.post(null as unknown as ToMover)
    await until('it is gone', () => second.some((pid) => !isAlive(pid)))
    await slow(ada, null)
    expect(await comesTo(ada, id, 'done', 30_000)).toMatchObject({ lane: 'quic' })
    await comesTo(bob, id, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
    await Promise.all([ada.close(), bob.close()])
    expect(moversOf(process.pid)).toEqual([])
  }, 60_000)
})

test('a mover does not outlive who started it', async () => {
  const script = `const { fork } = require('node:child_process')
    const { pid } = fork(${JSON.stringify(moverFile)}, [], { env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    console.log(pid)
    setInterval(() => {}, 1_000)`
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(said.toString())
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await until('it is gone, too', () => !isAlive(pid))
})
