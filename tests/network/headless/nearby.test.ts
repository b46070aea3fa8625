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
  await until('both see each other', async () => {
    return (await sees(one, other)) && (await sees(other, one))
  })
  return { one, other }
}

describe.runIf(whyNoNamespaces() === null)('two visible nodes on one network', () => {
  test('list each other, with name and address', async () => {
    const { one, other } = await twoNodes()
    const { nearby } = await one.status()
    expect(nearby).toMatchObject([{ id: other.ready.deviceId, name: 'Other', via: 'lan' }])
    expect(nearby[0]?.addresses.join()).toContain('192.0.2.10:')
  })

  test('one that stops says so, and is gone long before one that is killed', async () => {
    const { one, other } = await twoNodes()
    await other.stop()
    await until('it is gone', async () => !(await sees(one, other)), 10_000)
    expect((await one.status()).nearby).toEqual([])
  })

  test('one that is killed is gone when its last word is 30 s old', async () => {
    const { one, other } = await twoNodes()
    await other.kill()
    const killed = performance.now()
    await until('it is gone', async () => !(await sees(one, other)), 38_000)
    expect(performance.now() - killed).toBeLessThan(37_000)
  })
})
