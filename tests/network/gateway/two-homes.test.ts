import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bundleForNode } from '../../support/bundle.ts'
import { closing } from '../../support/closing.ts'
import { drive, isThere, pairByWords, type DrivenNode } from '../../support/driven-node.ts'
import { openCable, whyNoNamespaces, type Namespace } from '../../support/namespaces.ts'
import { startNode } from '../../support/node-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { treeOf, writeTree } from '../../support/transfers.ts'
import { until } from '../../support/until.ts'

const own = closing()
const obstacle = whyNoNamespaces()
if (obstacle) console.log(`not run: ${obstacle}`)

const saidSchema = z.object({
  heard: z.number(),
  open: z.array(z.number()),
  cameIn: z.number(),
})

/** A computer and its router, both with the addresses every home has. */
function openHome(host: string) {
  const cable = openCable()
  own({ close: () => cable[Symbol.dispose]() })
  const [computer, router] = cable.ends
  computer.ip('addr', 'add', `${host}/24`, 'dev', computer.nic)
  router.ip('addr', 'add', '192.168.1.1/24', 'dev', router.nic)
  computer.ip('route', 'add', 'default', 'via', '192.168.1.1')
  return { computer, router, host }
}

const outside = ['203.0.113.1', '203.0.113.2'] as const

function connectRouters(one: Namespace, other: Namespace): void {
  one.ip('link', 'add', 'wan', 'type', 'veth', 'peer', 'name', 'wan', 'netns', other.name)
  const [first, second] = outside
  for (const [router, own, theirs] of [
    [one, first, second],
    [other, second, first],
  ] as const) {
    router.ip('addr', 'add', `${own}/24`, 'dev', 'wan')
    router.ip('link', 'set', 'wan', 'up')
    // What comes from home for the other home ends at sockets of this router; what those send does not.
    router.ip('rule', 'add', 'pref', '10', 'lookup', 'local')
    router.ip('rule', 'del', 'pref', '0')
    router.ip('rule', 'add', 'pref', '5', 'iif', 'lo', 'to', theirs, 'lookup', 'main')
    router.ip('route', 'add', 'local', theirs, 'dev', 'lo', 'table', 'local')
    const allowed = 'net.ipv4.conf.all.accept_local=1'
    execFileSync('ip', ['netns', 'exec', router.name, 'sysctl', '-q', '-w', allowed])
  }
}

async function runRouter(where: Namespace, script: string, ...args: readonly string[]) {
  const child = where.spawn(process.execPath, [script, ...args])
  own({ close: () => child.kill('SIGKILL') })
  let said = { heard: 0, open: [] as number[], cameIn: 0 }
  let isReady = false
  createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
    said = saidSchema.parse(JSON.parse(line))
    isReady = true
  })
  await until('the router runs', () => isReady, 10_000)
  return { said: () => said }
}

interface Person {
  readonly name: string
  readonly folder: string
  readonly host: string
}

async function start(where: Namespace, { name, folder }: Person, ...args: readonly string[]) {
  const prefix = ['ip', 'netns', 'exec', where.name]
  const options = { dataDir: join(folder, 'profile'), prefix, beyondLan: true }
  const always = ['--name', name, '--downloads', join(folder, 'in'), '--udp-port', '4433']
  return drive(await startNode({ ...options, args: [...always, ...args] }))
}

async function end(node: DrivenNode): Promise<void> {
  await node.node.stop()
  node.close()
}

/** Two people who met once and live elsewhere now. */
async function acquainted(where: Namespace, people: readonly [Person, Person]) {
  const [one, other] = people
  const ada = await start(where, one)
  const prefix = ['ip', 'netns', 'exec', where.name]
  const dataDir = join(other.folder, 'profile')
  const args = ['--name', other.name, '--downloads', join(other.folder, 'in')]
  const bob = await drive(await startNode({ dataDir, prefix, args }))
  await pairByWords(ada, bob)
  await bob.client.call('device.change', { id: ada.node.ready.deviceId, trust: 'trusted' })
  const ids = [ada.node.ready.deviceId, bob.node.ready.deviceId] as const
  await Promise.all([end(ada), end(bob)])
  return ids
}

function person(name: string, host: string): Person {
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  return { name, host, folder: folder.path }
}

async function routerCheck(node: DrivenNode) {
  const { checks } = await node.client.call('doctor.run', {})
  return checks.find(({ id }) => id === 'router')
}

describe.skipIf(obstacle !== null)('two homes behind routers that let nobody in', () => {
  test('safety 35: files take the direct way through a port the router opens, which closes again; not without leave', async () => {
    const script = await bundleForNode('tests/network/gateway/home-router.ts')
    const people = [person('Ada', '192.168.1.20'), person('Bob', '192.168.1.30')] as const
    const homes = [openHome(people[0].host), openHome(people[1].host)] as const
    const [idOfAda, idOfBob] = await acquainted(homes[0].computer, people)
    connectRouters(homes[0].router, homes[1].router)
    const [one, other] = outside
    const gives = ['20000', '30000'] as const
    // That of Bob opens ports too, but not such as can be dialled from Ada's: one has to be enough.
    const router = await runRouter(
      homes[0].router,
      script,
      'PCP',
      one,
      other,
      ...gives,
      people[0].host,
    )
    await runRouter(homes[1].router, script, 'UPnP', other, one, gives[1], gives[0], people[1].host)

    const ada = await start(homes[0].computer, people[0], '--peer', `${idOfBob}@${other}:4433`)
    own({ close: () => end(ada) })
    const bob = await start(homes[1].computer, people[1], '--peer', `${idOfAda}@${one}:4433`)
    own({ close: () => end(bob) })
    await until('they have a session', async () => (await isThere(ada)) && isThere(bob), 20_000)

    const source = temporaryFolder()
    own({ close: () => source[Symbol.dispose]() })
    writeTree(source.path, { film: 60_000_000, word: 'word' })
    await ada.client.call('settings.change', { caps: { all: 2_000_000, devices: {} } })
    const paths = [join(source.path, 'film'), join(source.path, 'word')]
    const { id } = await ada.client.call('transfer.send', { to: idOfBob, paths })
    const row = async () => {
      const { transfers } = await ada.client.call('transfers.list', {})
      return transfers.find((transfer) => transfer.id === id)
    }
    // These routers let no UDP of movers in, so there is no other way than the one through the port.
    await until('they go directly', async () => (await row())?.lane === 'tcp', 45_000)
    expect(router.said().open).toHaveLength(1)
    await ada.client.call('settings.change', { caps: { all: null, devices: {} } })
    await until('it is done', async () => (await row())?.state === 'done', 20_000)
    expect(treeOf(join(people[1].folder, 'in'))).toEqual(treeOf(source.path))
    expect(router.said().cameIn).toBeGreaterThan(20_000_000)
    await until('the port is closed', () => router.said().open.length === 0)

    const [ofAda, ofBob] = await Promise.all([routerCheck(ada), routerCheck(bob)])
    expect(ofAda).toMatchObject({ code: 'router.opens', details: { protocol: 'PCP' } })
    expect(ofBob).toMatchObject({ code: 'router.opens', details: { protocol: 'UPnP' } })
    const { heard } = router.said()
    await ada.client.call('settings.change', { lanOnly: true })
    expect(await routerCheck(ada)).toMatchObject({ code: 'router.off' })
    expect(router.said().heard).toBe(heard)
  }, 120_000)
})
