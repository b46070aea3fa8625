import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { blake3Of } from '#core/transfers/content/blake3.ts'
import { closing } from '../../support/closing.ts'
import { whyNoNamespaces } from '../../support/namespaces.ts'
import { openSmallLan } from '../../support/small-lan.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { isTidy, pairNodes, SendingNode } from '../../support/transfer-nodes.ts'
import { treeOf, writeTree } from '../../support/transfers.ts'
import { until } from '../../support/until.ts'

const own = closing()
const obstacle = whyNoNamespaces()
if (obstacle) console.log(`not run: ${obstacle}`)

async function two() {
  const { prefix } = own(openSmallLan())
  const source = temporaryFolder()
  own({ close: () => source[Symbol.dispose]() })
  const ada = await own(new SendingNode('Ada', prefix)).live()
  const bob = await own(new SendingNode('Bob', prefix)).live()
  await pairNodes(ada, bob)
  return { ada, bob, source: source.path }
}

describe.skipIf(obstacle !== null)('the command line, on two real nodes', () => {
  test('gangway send --wait: progress, then done with receipts; exit code 0', async () => {
    const { ada, bob, source } = await two()
    writeTree(source, { 'set/big.bin': 50_000_000, 'set/word': 'word', 'set/deep/er/none': '' })
    const { code, documents, last, stderr } = await ada.gangway(
      'send',
      join(source, 'set'),
      '--to',
      'Bob',
      '--wait',
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))
    const blake3 = Buffer.from(blake3Of(Buffer.from('word'))).toString('hex')
    expect(last).toMatchObject({ event: 'done', bytes: 50_000_004, lane: 'tcp', skipped: [] })
    expect(last['files']).toContainEqual({ path: 'set/word', bytes: 4, blake3 })
    const progress = documents.slice(0, -1)
    expect(progress.length).toBeGreaterThan(0)
    for (const one of progress) {
      expect(Object.keys(one).sort()).toEqual(
        ['bytes', 'etaSeconds', 'event', 'lane', 'rate', 'totalBytes', 'transferId'].sort(),
      )
    }
    const { last: list } = await bob.gangway('transfers')
    expect(list).toEqual({
      transfers: [
        {
          id: last['transferId'],
          direction: 'receive',
          device: ada.id,
          state: 'done',
          reason: null,
          bytes: 50_000_004,
          totalBytes: 50_000_004,
          files: 3,
          doneFiles: 3,
          lane: 'tcp',
          rate: 0,
        },
      ],
    })
  }, 60_000)

  test('reject, accept, pause, resume, cancel and retry do what they say', async () => {
    const { ada, bob, source } = await two()
    await bob.now.client.call('device.change', { id: ada.id, trust: 'known' })
    writeTree(source, { file: 3_000_000 })
    const sent = async () => {
      const { last } = await ada.gangway('send', join(source, 'file'), '--to', 'Bob')
      expect(last).toMatchObject({ event: 'queued', to: { id: bob.id, name: 'Bob' } })
      return String(last['transferId'])
    }
    const stateAt = async (node: SendingNode, id: string) => {
      const { transfers } = await node.now.client.call('transfers.list', {})
      return transfers.find((row) => row.id === id)?.state
    }
    const comesTo = (node: SendingNode, id: string, state: string) =>
      until(`${node.name}: ${state}`, async () => (await stateAt(node, id)) === state, 10_000)

    const first = await sent()
    await comesTo(bob, first, 'offered')
    const rejected = await bob.gangway('reject', first.slice(0, 8))
    expect(rejected.last).toEqual({ event: 'rejected', transferId: first })
    await comesTo(ada, first, 'declined')

    const second = await sent()
    await comesTo(bob, second, 'offered')
    await ada.gangway('pause', second)
    await bob.gangway('accept', second)
    await comesTo(ada, second, 'paused')
    await ada.gangway('resume', second)
    await comesTo(ada, second, 'done')
    expect(treeOf(bob.downloads)).toEqual(treeOf(source))

    const third = await sent()
    await comesTo(bob, third, 'offered')
    expect((await ada.gangway('cancel', third)).code).toBe(0)
    await comesTo(bob, third, 'cancelled')
    await ada.gangway('retry', third)
    await comesTo(bob, third, 'offered')
    expect((await ada.gangway('pause', 'ffffffff')).last).toMatchObject({
      event: 'failed',
      code: 'transfer.unknown',
    })
  }, 60_000)

  test('declined while somebody waits: exit code 4', async () => {
    const { ada, bob, source } = await two()
    await bob.now.client.call('device.change', { id: ada.id, trust: 'observer' })
    writeTree(source, { file: 'x' })
    const { code, last } = await ada.gangway('send', join(source, 'file'), '--to', 'Bob', '--wait')
    expect(last).toMatchObject({ event: 'failed', state: 'declined', code: 'message.refused' })
    expect(code).toBe(4)
  }, 60_000)
})

describe.skipIf(obstacle !== null)('safety 23: kill -9 in the middle', () => {
  test.each(['sender', 'receiver'])(
    'of the %s, five times: every hash is right, and nothing is left over',
    async (which) => {
      const { ada, bob, source } = await two()
      const small = Array.from({ length: 300 }, (_, n) => [`set/small/${n}`, 4_000] as const)
      writeTree(source, { ...Object.fromEntries(small), 'set/a': 60_000_000, 'set/b': 20_000_000 })
      const caps = { all: 20_000_000, devices: {} }
      await ada.now.client.call('settings.change', { caps })
      const { last } = await ada.gangway('send', join(source, 'set'), '--to', 'Bob')
      const id = String(last['transferId'])
      const victim = which === 'sender' ? ada : bob
      for (let round = 0; round < 5; round++) {
        await new Promise((resolve) => setTimeout(resolve, 150 + Math.random() * 700))
        await victim.die()
        await victim.live()
      }
      await ada.now.client.call('settings.change', { caps: { all: null, devices: {} } })
      const isDone = async () => {
        const { transfers } = await ada.now.client.call('transfers.list', {})
        const { transfers: ended } = await ada.now.client.call('history.list', {
          search: '',
          offset: 0,
          limit: 10,
        })
        return [...transfers, ...ended].some((row) => row.id === id && row.state === 'done')
      }
      await until('it is done', isDone, 45_000)
      expect(treeOf(bob.downloads)).toEqual(treeOf(source))
      await until('nothing is left over', () => isTidy(bob.downloads))
    },
    120_000,
  )
})
