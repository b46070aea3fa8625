import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { openCable, whyNoNamespaces } from '../../support/namespaces.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { pairNodes, SendingNode } from '../../support/transfer-nodes.ts'
import { treeOf, writeTree } from '../../support/transfers.ts'
import { until } from '../../support/until.ts'

const own = closing()
const obstacle = whyNoNamespaces()
if (obstacle) console.log(`not run: ${obstacle}`)

/** Longer than a lane may be silent, and about when a session is given up. */
const frozenMs = 13_000
/** Movers go on while their nodes are frozen: at this cap the film outlasts all of it by far. */
const capBytesPerSecond = 1_000_000

/** Two on a cable, and a film that takes its time. */
async function midway() {
  const cable = openCable()
  own({ close: () => cable[Symbol.dispose]() })
  const [here, there] = cable.ends
  here.ip('addr', 'add', '192.0.2.10/24', 'dev', here.nic)
  there.ip('addr', 'add', '192.0.2.11/24', 'dev', there.nic)
  const inside = (name: string) => ['ip', 'netns', 'exec', name]
  const source = temporaryFolder()
  own({ close: () => source[Symbol.dispose]() })
  const [ada, bob] = await Promise.all([
    own(new SendingNode('Ada', inside(here.name))).live(),
    own(new SendingNode('Bob', inside(there.name))).live(),
  ])
  await pairNodes(ada, bob)
  writeTree(source.path, { 'set/film': 60_000_000, 'set/word': 'word' })
  const cap = async (all: number | null) => {
    await ada.now.client.call('settings.change', { caps: { all, devices: {} } })
  }
  await cap(capBytesPerSecond)
  const { last } = await ada.gangway('send', join(source.path, 'set'), '--to', 'Bob')
  const row = async (node: SendingNode) => {
    const { transfers } = await node.now.client.call('transfers.list', {})
    return transfers.find(({ id }) => id === last['transferId'])
  }
  const moves = async () => {
    const before = (await row(ada))?.bytes ?? 0
    await until('bytes move', async () => ((await row(ada))?.bytes ?? 0) > before + 500_000, 30_000)
  }
  await moves()
  const arrives = async () => {
    await cap(null)
    await until('it is done', async () => (await row(ada))?.state === 'done', 45_000)
    return { there: treeOf(bob.downloads), here: treeOf(source.path) }
  }
  return { here, there, ada, bob, row, moves, arrives }
}

test.skipIf(obstacle !== null)(
  'safety 25: one side after the other is frozen, as by a lid that closes, and it goes on by itself',
  async () => {
    const { ada, bob, moves, arrives } = await midway()
    for (const frozen of [bob, ada]) {
      process.kill(frozen.now.node.pid, 'SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, frozenMs))
      process.kill(frozen.now.node.pid, 'SIGCONT')
      await moves()
    }
    const arrived = await arrives()
    expect(arrived.there).toEqual(arrived.here)
  },
  120_000,
)

test.skipIf(obstacle !== null)(
  'safety 25, 26: a network that lets no UDP through: it is told, and goes on when it does again',
  async () => {
    const { here, there, ada, row, arrives } = await midway()
    expect((await row(ada))?.lane).toBe('tcp')
    const udp = (what: 'add' | 'del') => {
      for (const { name } of [here, there]) {
        const rule = ['rule', what, 'pref', '5', 'ipproto', 'udp', 'blackhole']
        execFileSync('ip', ['-n', name, ...rule])
      }
    }
    udp('add')
    // Bytes have their own way; what is said about them has not.
    const before = (await row(ada))?.bytes ?? 0
    const paused = async () => (await row(ada))?.state === 'paused'
    await until('it is told', paused, 40_000)
    const blocked = await row(ada)
    expect(blocked).toMatchObject({ by: 'reason', fault: { code: 'peer.closed' } })
    expect(blocked?.bytes ?? 0).toBeGreaterThan(before)
    udp('del')
    const arrived = await arrives()
    expect(arrived.there).toEqual(arrived.here)
  },
  120_000,
)
