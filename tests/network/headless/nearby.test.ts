import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { startNode, type NodeProcess } from '../../support/node-process.ts'
import { whyNoNamespaces } from '../../support/namespaces.ts'
import { openSmallLan } from '../../support/small-lan.ts'
import { until } from '../../support/until.ts'

const own = closing()

async function sees(node: NodeProcess, other: NodeProcess): Promise<boolean> {
  const { nearby } = await node.status()
  return nearby.some(({ id }) => id === other.ready.deviceId)
}

async function twoNodes() {
  const { prefix } = own(openSmallLan())
  const start = async (name: string) =>
    own(await startNode({ prefix, args: ['--visible', '--name', name] }))
  const [one, other] = await Promise.all([start('One'), start('Other')])
  const ready = performance.now()
  await until('both see each other', async () => {
    return (await sees(one, other)) && (await sees(other, one))
  })
  return { one, other, seenAfterMs: performance.now() - ready }
}

describe.runIf(whyNoNamespaces() === null)('two visible nodes on one network', () => {
  test('list each other within 3 s, with name and address', async () => {
    const { one, other, seenAfterMs } = await twoNodes()
    expect(seenAfterMs).toBeLessThan(3_000)
    const { nearby } = await one.status()
    expect(nearby).toMatchObject([{ id: other.ready.deviceId, name: 'Other', via: 'lan' }])
    expect(nearby[0]?.addresses.join()).toContain('192.0.2.10:')
  })

  test('one that stops is gone at once', async () => {
    const { one, other } = await twoNodes()
    await other.stop()
    await until('it is gone', async () => !(await sees(one, other)), 1_500)
    expect((await one.status()).nearby).toEqual([])
  })

  test('one that is killed is gone within 35 s', async () => {
    const { one, other } = await twoNodes()
    await other.kill()
    const killed = performance.now()
    await until('it is gone', async () => !(await sees(one, other)), 36_000)
    expect(performance.now() - killed).toBeLessThan(35_000)
  })
})
