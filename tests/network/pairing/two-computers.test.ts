import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { epochAt, meetingSeed } from '#core/pairing/meeting.ts'
import { wordIndex } from '#shared/words.ts'
import { closing } from '../../support/closing.ts'
import {
  drive,
  isThere,
  pairByFile,
  pairByLink,
  pairByWords,
  showWords,
  type DrivenNode,
} from '../../support/driven-node.ts'
import { median } from '../../support/median.ts'
import { openCable, whyNoNamespaces, type Namespace } from '../../support/namespaces.ts'
import { startNode } from '../../support/node-process.ts'
import { phraseOf } from '../../support/raw-pairing.ts'
import { openSmallLan } from '../../support/small-lan.ts'
import { until } from '../../support/until.ts'

const own = closing()
const rounds = 20

async function nodeBehind(prefix: readonly string[], name: string): Promise<DrivenNode> {
  const node = own(await startNode({ prefix, args: ['--name', name] }))
  return own(await drive(node))
}

const inside = ({ name }: Namespace) => ['ip', 'netns', 'exec', name]

/** Two computers on a cable with nothing beyond it. */
function openTwoComputers(): [Namespace, Namespace] {
  const cable = openCable()
  own({ close: () => cable[Symbol.dispose]() })
  const [one, other] = cable.ends
  one.ip('addr', 'add', '192.0.2.10/24', 'dev', one.nic)
  other.ip('addr', 'add', '192.0.2.11/24', 'dev', other.nic)
  return [one, other]
}

/** Two computers on two networks with a router in between. */
async function openTwoNetworks(): Promise<[Namespace, Namespace]> {
  const cables = [openCable(), openCable()] as const
  for (const cable of cables) own({ close: () => cable[Symbol.dispose]() })
  const [[one, router], [other, port]] = [cables[0].ends, cables[1].ends]
  port.ip('link', 'set', port.nic, 'netns', router.name)
  router.ip('link', 'set', port.nic, 'up')
  router.ip('addr', 'add', '10.1.0.1/24', 'dev', router.nic)
  router.ip('addr', 'add', '10.2.0.1/24', 'dev', port.nic)
  one.ip('addr', 'add', '10.1.0.10/24', 'dev', one.nic)
  other.ip('addr', 'add', '10.2.0.10/24', 'dev', other.nic)
  one.ip('route', 'add', 'default', 'via', '10.1.0.1')
  other.ip('route', 'add', 'default', 'via', '10.2.0.1')
  const forwarding = router.spawn('sh', ['-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward'])
  await once(forwarding, 'exit')
  return [one, other]
}

async function scryptMs(): Promise<number> {
  const phrase = phraseOf('orbit maple velvet stone hero')
  const began = performance.now()
  await meetingSeed(phrase, epochAt(Date.now()))
  return performance.now() - began
}

/** Everything multicast DNS that crosses the cable at this end, in hex. */
function listenTo(end: Namespace) {
  const script = `
    const socket = require('node:dgram').createSocket({ type: 'udp4', reuseAddr: true })
    socket.on('message', (packet) => console.log(packet.toString('hex')))
    socket.bind(5353, () => { socket.addMembership('224.0.0.251', '192.0.2.11'); console.log('') })`
  const child = end.spawn(process.execPath, ['-e', script])
  const heard: string[] = []
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => heard.push(line))
  return { heard, close: () => child.kill() }
}

const obstacle = whyNoNamespaces()
if (obstacle) console.log(`not run: ${obstacle}`)

describe.skipIf(obstacle !== null)('offline, by five words', () => {
  test('two computers on a cable pair, twenty times over', async () => {
    const [one, other] = openTwoComputers()
    const listener = own(listenTo(other))
    await until('the listener listens', () => listener.heard.length > 0)
    const host = await nodeBehind(inside(one), 'Kitchen')
    const joiner = await nodeBehind(inside(other), 'Studio')
    const times: number[] = []
    const said: string[] = []
    for (let round = 0; round < rounds; round++) {
      times.push(await pairByWords(host, joiner))
      const { devices } = await host.client.call('devices.list', {})
      expect(devices.map(({ name }) => name)).toEqual(['Studio'])
    }
    const scrypt = await scryptMs()
    console.log(
      `words shown → both paired: p50 ${median(times).toFixed(0)} ms, worst ${Math.max(...times).toFixed(0)} ms of ${rounds}; scrypt takes ${scrypt.toFixed(0)} ms of it`,
    )
    // `npm run bench` holds it to 2 s; beside other tests it only has to come about.
    expect(Math.max(...times)).toBeLessThan(15_000)

    // The announcements of a last code, beside what is known of it.
    const before = listener.heard.length
    const packets = () => listener.heard.slice(before).map((line) => Buffer.from(line, 'hex'))
    const has = (what: string | Uint8Array) =>
      packets().some((packet) => packet.includes(Buffer.from(what)))
    const { words, link } = await showWords(host)
    await until('it is announced', () => has('meet='))
    said.push(...words.slice(2), host.node.ready.deviceId, 'Kitchen')
    said.push(/s=([\w-]+)/.exec(link)?.[1] ?? 'no secret')
    for (const text of said) expect(has(text), text).toBe(false)
    const secretWords = words.slice(2).map((word) => wordIndex(word) ?? 0)
    const indices = Buffer.from(secretWords.flatMap((index) => [index >> 8, index & 0xff]))
    expect(has(indices)).toBe(false)
  }, 120_000)

  test('so do they by link and by file', async () => {
    const [one, other] = openTwoComputers()
    const host = await nodeBehind(inside(one), 'Kitchen')
    const joiner = await nodeBehind(inside(other), 'Studio')
    const byLink = await pairByLink(host, joiner)
    const byFile = await pairByFile(host, joiner)
    console.log(`by link ${byLink.toFixed(0)} ms, by file ${byFile.toFixed(0)} ms`)
    expect(Math.max(byLink, byFile)).toBeLessThan(15_000)
    for (const each of [host, joiner]) await until('it has a session', () => isThere(each), 10_000)
  })

  test('two profiles on one computer pair', async () => {
    const { prefix } = own(openSmallLan())
    const host = await nodeBehind(prefix, 'Kitchen')
    const joiner = await nodeBehind(prefix, 'Studio')
    expect(await pairByWords(host, joiner)).toBeLessThan(15_000)
    for (const one of [host, joiner]) await until('it has a session', () => isThere(one), 10_000)
  })

  test('across a router, where no announcement goes: not without the address typed; with it they pair, and find each other from then on', async () => {
    const [one, other] = await openTwoNetworks()
    const host = await nodeBehind(inside(one), 'Kitchen')
    const joiner = await nodeBehind(inside(other), 'Studio')
    host.sayYes()
    joiner.sayYes()
    const { phrase, addresses } = await showWords(host)
    const [address = ''] = addresses
    await joiner.client.call('pairing.join', { code: phrase, address: null })
    await until('nobody is found', () => joiner.state().state === 'failed', 20_000)
    expect(joiner.state()).toMatchObject({ fault: { code: 'pairing.nobody' } })
    await joiner.client.call('pairing.join', { code: phrase, address })
    const done = () => joiner.state().state === 'paired' && host.state().state === 'paired'
    await until('both are paired', done, 10_000)
    expect(address).toContain('10.1.0.10:')
    for (const one of [host, joiner]) {
      await until('it has a session', () => isThere(one), 10_000)
      const { devices } = await one.client.call('devices.list', {})
      expect(devices[0]?.addresses.join()).toContain(one === host ? '10.2.0.10:' : '10.1.0.10:')
    }
  })
})
