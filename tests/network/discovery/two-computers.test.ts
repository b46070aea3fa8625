import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { nearbyDeviceSchema, type NearbyDevice } from '#shared/model.ts'
import { fakeId } from '../../support/discovery-nodes.ts'
import { openCable, whyNoNamespaces, type Namespace } from '../../support/namespaces.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const reason = whyNoNamespaces()
if (reason) console.log(`not run: ${reason}`)

describe.skipIf(reason !== null)('two computers on one cable', () => {
  const folder = temporaryFolder()
  const fixture = join(folder.path, 'fixture.js')

  beforeAll(async () => {
    await build({
      configFile: false,
      logLevel: 'warn',
      ssr: { noExternal: true },
      build: {
        ssr: join(import.meta.dirname, 'fixture.ts'),
        target: 'node20',
        outDir: folder.path,
        emptyOutDir: true,
        rolldownOptions: { output: { entryFileNames: 'fixture.js', format: 'es' } },
      },
    })
  })
  afterAll(() => folder[Symbol.dispose]())

  /** The fixture in a namespace, with the last line it printed. */
  async function run(where: Namespace, ...args: readonly string[]) {
    const child = where.spawn(process.execPath, [fixture, ...args])
    const lines: string[] = []
    createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => lines.push(line))
    const exited = once(child, 'exit')
    await until('the fixture runs', () => lines.length > 0, 10_000)
    const end = async (signal: NodeJS.Signals) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await exited
    }
    return { lines, end, [Symbol.asyncDispose]: () => end('SIGKILL') }
  }

  async function node(where: Namespace, word: string, ...more: readonly string[]) {
    const running = await run(where, 'node', word, ...more)
    const rows = (): NearbyDevice[] =>
      z.array(nearbyDeviceSchema).parse(JSON.parse(running.lines.at(-1) ?? '[]'))
    const sees = (other: string) => rows().find(({ id }) => id === fakeId(other))
    return { ...running, sees }
  }

  test('find each other within 3 s, see a clean leave at once and a kill within 35 s', async () => {
    using cable = openCable()
    const [here, there] = cable.ends
    here.ip('addr', 'add', '10.77.0.1/24', 'dev', here.nic)
    there.ip('addr', 'add', '10.77.0.2/24', 'dev', there.nic)
    await using ada = await node(here, 'ada', 'visible')
    {
      await using bob = await node(there, 'bob', 'visible')
      await until('ada sees bob', () => ada.sees('bob') !== undefined, 3_000)
      await until('bob sees ada', () => bob.sees('ada') !== undefined, 3_000)
      expect(ada.sees('bob')?.addresses).toContain('10.77.0.2:4433')
      await bob.end('SIGTERM')
      await until('bob is gone', () => ada.sees('bob') === undefined, 1_000)
    }
    await using bob = await node(there, 'bob', 'visible')
    await until('bob is back', () => ada.sees('bob') !== undefined, 3_000)
    await bob.end('SIGKILL')
    await until('bob is gone', () => ada.sees('bob') === undefined, 35_000)
  })

  test('find each other on a cable without IPv4', async () => {
    using cable = openCable()
    const [here, there] = cable.ends
    here.ip('addr', 'add', 'fd77::1/64', 'dev', here.nic, 'nodad')
    there.ip('addr', 'add', 'fd77::2/64', 'dev', there.nic, 'nodad')
    await using ada = await node(here, 'ada', 'hidden', 'bob')
    await using _bob = await node(there, 'bob', 'hidden')
    // The system takes a second or two to make sure of its own link-local address.
    await until('ada sees bob', () => ada.sees('bob') !== undefined, 10_000)
    expect(ada.sees('bob')?.addresses).toEqual(['[fd77::2]:4434'])
  })

  test('follow the network: an address that comes late, and one that changes', async () => {
    using cable = openCable()
    const [here, there] = cable.ends
    here.ip('addr', 'add', '10.77.0.1/24', 'dev', here.nic)
    await using ada = await node(here, 'ada', 'hidden', 'bob')
    await using _bob = await node(there, 'bob', 'hidden')
    there.ip('addr', 'add', '10.77.0.2/24', 'dev', there.nic)
    const at = (address: string) => ada.sees('bob')?.addresses.includes(`${address}:4433`) ?? false
    await until('bob is seen at his first address', () => at('10.77.0.2'), 6_000)
    there.ip('addr', 'del', '10.77.0.2/24', 'dev', there.nic)
    there.ip('addr', 'add', '10.77.0.3/24', 'dev', there.nic)
    await until('bob is seen at his second address', () => at('10.77.0.3'), 6_000)
    there.ip('link', 'set', there.nic, 'down')
    there.ip('addr', 'del', '10.77.0.3/24', 'dev', there.nic)
    there.ip('addr', 'add', '10.77.0.4/24', 'dev', there.nic)
    there.ip('link', 'set', there.nic, 'up')
    await until('bob is seen after his cable was out', () => at('10.77.0.4'), 6_000)
    expect(ada.sees('bob')?.via).toBe('lan')
  })

  test('safety 35: packets of a hidden device tell nothing but numbers', async () => {
    using cable = openCable()
    const [here, there] = cable.ends
    here.ip('addr', 'add', '10.77.0.1/24', 'dev', here.nic)
    there.ip('addr', 'add', '10.77.0.2/24', 'dev', there.nic)
    await using listener = await run(here, 'listen')
    const heard = () => listener.lines.filter((line) => line !== '"listening"')
    const texts = () =>
      heard().map((line) =>
        Buffer.from(z.tuple([z.string(), z.string()]).parse(JSON.parse(line))[1], 'hex')
          .toString('latin1')
          .toLowerCase(),
      )
    {
      await using hidden = await node(there, 'bob', 'hidden')
      await until('it was heard announcing', () => texts().some((text) => text.includes('tag=')))
      await hidden.end('SIGTERM')
    }
    const telling = [
      fakeId('bob'),
      "bob's laptop",
      'id=',
      'name=',
      'kind=',
      ...[hostname(), userInfo().username].filter((word) => word.length > 3),
    ]
    for (const text of texts()) {
      for (const word of telling) expect(text).not.toContain(word.toLowerCase())
    }
    // The same ears do hear a visible one.
    await using _visible = await node(there, 'bob', 'visible')
    await until('the visible one is heard', () =>
      texts().some((text) => text.includes(fakeId('bob'))),
    )
  })
})
