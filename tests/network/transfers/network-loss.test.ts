import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { openCable, whyNoNamespaces } from '../../support/namespaces.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { pairNodes, SendingNode } from '../../support/transfer-nodes.ts'
import { treeOf, writeTree } from '../../support/transfers.ts'
import { until } from '../../support/until.ts'

const own = closing()
const obstacle = whyNoNamespaces()
if (obstacle) console.log(`not run: ${obstacle}`)

const outageMs = 20_000

describe.skipIf(obstacle !== null)('safety 25: two computers on a cable', () => {
  test('the link is down for 20 s in the middle: it is noticed, and it goes on by itself', async () => {
    const cable = openCable()
    own({ close: () => cable[Symbol.dispose]() })
    const [here, there] = cable.ends
    here.ip('addr', 'add', '192.0.2.10/24', 'dev', here.nic)
    there.ip('addr', 'add', '192.0.2.11/24', 'dev', there.nic)
    const inside = (name: string) => ['ip', 'netns', 'exec', name]
    const source = temporaryFolder()
    own({ close: () => source[Symbol.dispose]() })
    const ada = await own(new SendingNode('Ada', inside(here.name))).live()
    const bob = await own(new SendingNode('Bob', inside(there.name))).live()
    await pairNodes(ada, bob)
    writeTree(source.path, { 'set/film': 40_000_000, 'set/word': 'word' })
    const caps = { all: 8_000_000, devices: {} }
    await ada.now.client.call('settings.change', { caps })
    const { last } = await ada.gangway('send', join(source.path, 'set'), '--to', 'Bob')
    const row = async () => {
      const { transfers } = await ada.now.client.call('transfers.list', {})
      return transfers.find(({ id }) => id === last['transferId'])
    }
    await until('bytes move', async () => ((await row())?.bytes ?? 0) > 1_000_000, 15_000)
    here.ip('link', 'set', here.nic, 'down')
    const wentDown = performance.now()
    await until('no lane is left', async () => (await row())?.lane === null, 15_000)
    const left = outageMs - (performance.now() - wentDown)
    await new Promise((resolve) => setTimeout(resolve, left))
    expect((await row())?.state).not.toBe('done')
    here.ip('link', 'set', here.nic, 'up')
    await ada.now.client.call('settings.change', { caps: { all: null, devices: {} } })
    await until('it is done', async () => (await row())?.state === 'done', 45_000)
    expect(treeOf(bob.downloads)).toEqual(treeOf(source.path))
  }, 120_000)
})
