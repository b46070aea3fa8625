import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { drive, isThere, pairByWords, type DrivenNode } from '../../support/driven-node.ts'
import {
  openCable,
  packetsForElsewhere,
  whyNoNamespaces,
  type Namespace,
} from '../../support/namespaces.ts'
import { startNode } from '../../support/node-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { treeOf, writeTree } from '../../support/transfers.ts'
import { until } from '../../support/until.ts'

const own = closing()
const obstacle = whyNoNamespaces()
if (obstacle) console.log(`not run: ${obstacle}`)

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Two on a cable, paired; the first sends a film that takes its time. */
async function two({ beyondLan = false, lanOnly = false }) {
  const cable = openCable()
  own({ close: () => cable[Symbol.dispose]() })
  const [here, there] = cable.ends
  here.ip('addr', 'add', '192.0.2.10/24', 'dev', here.nic)
  there.ip('addr', 'add', '192.0.2.11/24', 'dev', there.nic)
  if (beyondLan) {
    // In no network of either: only a route leads there.
    here.ip('addr', 'add', '203.0.113.1/32', 'dev', here.nic)
    there.ip('addr', 'add', '203.0.113.2/32', 'dev', there.nic)
    here.ip('route', 'add', '203.0.113.2', 'dev', here.nic, 'src', '203.0.113.1')
    there.ip('route', 'add', '203.0.113.1', 'dev', there.nic, 'src', '203.0.113.2')
  }
  const source = temporaryFolder()
  own({ close: () => source[Symbol.dispose]() })
  const live = async ({ name }: Namespace, reach: boolean, ...args: readonly string[]) => {
    const prefix = ['ip', 'netns', 'exec', name]
    const node = own(await startNode({ prefix, args, beyondLan: reach }))
    return own(await drive(node))
  }
  const [ada, bob] = await Promise.all([
    live(here, beyondLan && !lanOnly, ...(lanOnly ? ['--udp-port', '47301'] : [])),
    live(there, beyondLan, '--downloads', join(source.path, 'there')),
  ])
  await pairByWords(ada, bob)
  const [adaId, bobId] = [ada.node.ready.deviceId, bob.node.ready.deviceId]
  await bob.client.call('device.change', { id: adaId, trust: 'trusted' })
  await until('they see each other', () => isThere(ada))
  const send = async () => {
    writeTree(source.path, { 'here/film': 60_000_000 })
    await ada.client.call('settings.change', { caps: { all: 2_000_000, devices: {} } })
    const paths = [join(source.path, 'here/film')]
    return ada.client.call('transfer.send', { to: bobId, paths })
  }
  const row = async ({ client }: DrivenNode) => {
    return (await client.call('transfers.list', {})).transfers[0]
  }
  const moves = async (bytes: number, withinMs: number) => {
    const arrived = async () => (await row(bob))?.bytes ?? 0
    const before = await arrived()
    await until('bytes arrive', async () => (await arrived()) > before + bytes, withinMs)
  }
  const arrives = async () => {
    await ada.client.call('settings.change', { caps: { all: null, devices: {} } })
    await until('it is done', async () => (await row(ada))?.state === 'done', 30_000)
    expect(treeOf(join(source.path, 'there'))).toEqual(treeOf(join(source.path, 'here')))
  }
  return { here, there, ada, bob, send, row, moves, arrives }
}

describe.skipIf(obstacle !== null)('in the middle of a transfer', () => {
  test.each(['sender', 'receiver'] as const)(
    'safety 25: the address of the %s changes: it goes on from the new one before any silence is long enough to tell',
    async (which) => {
      const { here, there, ada, send, row, moves, arrives } = await two({})
      await send()
      await until('a lane', async () => (await row(ada))?.lane === 'tcp', 15_000)
      await moves(500_000, 10_000)
      const [end, old, now] =
        which === 'sender'
          ? ([here, '192.0.2.10', '192.0.2.20'] as const)
          : ([there, '192.0.2.11', '192.0.2.21'] as const)
      end.ip('addr', 'add', `${now}/24`, 'dev', end.nic)
      end.ip('addr', 'del', `${old}/24`, 'dev', end.nic)
      // The first of two in a network takes the second along.
      execFileSync('ip', ['-n', end.name, 'addr', 'replace', `${now}/24`, 'dev', end.nic])
      const changedAt = performance.now()
      await moves(1_500_000, 9_000)
      expect(performance.now() - changedAt).toBeLessThan(10_000)
      await arrives()
    },
    90_000,
  )

  test('safety 35: LAN only is switched on: what goes beyond the LAN ends at once, and on a LAN it goes on', async () => {
    const { here, there, ada, send, row, moves, arrives } = await two({ beyondLan: true })
    here.ip('addr', 'del', '192.0.2.10/24', 'dev', here.nic)
    there.ip('addr', 'del', '192.0.2.11/24', 'dev', there.nic)
    await send()
    await until('a lane', async () => (await row(ada))?.lane !== null, 40_000)
    await moves(500_000, 10_000)
    await ada.client.call('settings.change', { lanOnly: true })
    there.ip('addr', 'del', '203.0.113.2/32', 'dev', there.nic)
    await until('no lane', async () => (await row(ada))?.lane === null, 1_000)
    // Each side is told why; that is on its way by now.
    await pause(1_500)
    const left = packetsForElsewhere(there)
    await pause(4_000)
    expect(packetsForElsewhere(there)).toBe(left)
    // On a LAN it goes on.
    here.ip('addr', 'add', '192.0.2.10/24', 'dev', here.nic)
    there.ip('addr', 'add', '192.0.2.11/24', 'dev', there.nic)
    await until('a lane', async () => (await row(ada))?.lane === 'tcp', 40_000)
    await arrives()
  }, 120_000)

  test('safety 35: with LAN only nobody beyond the LAN gets an answer', async () => {
    const { here, there, bob } = await two({ beyondLan: true, lanOnly: true })
    expect((await bob.client.call('devices.list', {})).devices[0]?.addresses).toContain(
      '203.0.113.1:47301',
    )
    here.ip('addr', 'del', '192.0.2.10/24', 'dev', here.nic)
    there.ip('addr', 'del', '192.0.2.11/24', 'dev', there.nic)
    await until('they part', async () => !(await isThere(bob)), 15_000)
    // Noticing its new address, the other side dials at once, and again and again.
    await pause(5_000)
    expect(await isThere(bob)).toBe(false)
  }, 60_000)
})
