import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { epochAt, meetingSeed } from '#core/pairing/meeting.ts'
import { wordIndex } from '#shared/words.ts'
import { closing } from '../../support/closing.ts'
import { drive, pairByWords, showWords, type DrivenNode } from '../../support/driven-node.ts'
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

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Infinity
}

async function scryptMs(): Promise<number> {
  const phrase = phraseOf('orbit maple velvet stone hero')
  const began = performance.now()
  await meetingSeed(phrase, epochAt(Date.now()))
  return performance.now() - began
}

/** Everything multicast DNS that crosses the cable at this end, in hex. */
function listenTo({ spawn, nic }: Namespace) {
  const script = `
    const socket = require('node:dgram').createSocket({ type: 'udp4', reuseAddr: true })
    socket.on('message', (packet) => console.log(packet.toString('hex')))
    socket.bind(5353, () => { socket.addMembership('224.0.0.251', '192.0.2.11'); console.log('') })`
  const child = spawn(process.execPath, ['-e', script, nic])
  const heard: string[] = []
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => heard.push(line))
  return { heard, close: () => child.kill() }
}

const obstacle = whyNoNamespaces()
if (obstacle) console.log(`not run: ${obstacle}`)

describe.skipIf(obstacle !== null)('offline, by five words', () => {
  test('two computers on a cable pair in under 2 s, twenty times over', async () => {
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
    expect(median(times)).toBeLessThan(2_000)

    // The announcements of a last code, beside what is known of it.
    const before = listener.heard.length
    const { words, link } = await showWords(host)
    await until('it is announced', () => listener.heard.length > before)
    said.push(...words.slice(2), host.node.ready.deviceId, 'Kitchen')
    said.push(/s=([\w-]+)/.exec(link)?.[1] ?? 'no secret')
    const all = Buffer.concat(listener.heard.slice(before).map((line) => Buffer.from(line, 'hex')))
    for (const text of said) expect(all.includes(text), text).toBe(false)
    const secretWords = words.slice(2).map((word) => wordIndex(word) ?? 0)
    const indices = Buffer.from(secretWords.flatMap((index) => [index >> 8, index & 0xff]))
    expect(all.includes(indices)).toBe(false)
    expect(all.includes('meet=')).toBe(true)
  }, 120_000)

  test('two profiles on one computer pair', async () => {
    const { prefix } = own(openSmallLan())
    const host = await nodeBehind(prefix, 'Kitchen')
    const joiner = await nodeBehind(prefix, 'Studio')
    expect(await pairByWords(host, joiner)).toBeLessThan(4_000)
    for (const { client } of [host, joiner]) {
      const sees = async () => {
        const { devices } = await client.call('devices.list', {})
        return devices.some(({ state }) => state === 'connected' || state === 'idle')
      }
      await until('they are connected', sees, 10_000)
    }
  })

  test('without announcements, with the address typed', async () => {
    const [one, other] = openTwoComputers()
    for (const { ip, nic } of [one, other]) ip('link', 'set', nic, 'multicast', 'off')
    const host = await nodeBehind(inside(one), 'Kitchen')
    const joiner = await nodeBehind(inside(other), 'Studio')
    host.sayYes()
    joiner.sayYes()
    const { phrase, addresses } = await showWords(host)
    const [address = ''] = addresses
    await joiner.client.call('pairing.join', { code: phrase, address })
    const done = () => joiner.state().state === 'paired' && host.state().state === 'paired'
    await until('both are paired', done, 10_000)
    expect(address).toContain('192.0.2.10:')
  })
})
