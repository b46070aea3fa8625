import { execFileSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { drive, showWords } from '../../support/driven-node.ts'
import { openCable, whyNoNamespaces, type Namespace } from '../../support/namespaces.ts'
import { startNode } from '../../support/node-process.ts'
import { formsOf } from '../../support/word-forms.ts'
import { until } from '../../support/until.ts'

const own = closing()

/** Two computers that reach each other only through a third, which forwards nothing by itself. */
function openBottleneck(): Record<'one' | 'middle' | 'other', Namespace> {
  const cables = [openCable(), openCable()] as const
  for (const cable of cables) own({ close: () => cable[Symbol.dispose]() })
  const [[one, middle], [other, port]] = [cables[0].ends, cables[1].ends]
  port.ip('link', 'set', port.nic, 'netns', middle.name)
  middle.ip('link', 'set', port.nic, 'up')
  middle.ip('addr', 'add', '10.1.0.1/24', 'dev', middle.nic)
  middle.ip('addr', 'add', '10.2.0.1/24', 'dev', port.nic)
  one.ip('addr', 'add', '10.1.0.10/24', 'dev', one.nic)
  other.ip('addr', 'add', '10.2.0.10/24', 'dev', other.nic)
  return { one, middle, other }
}

/**
 * Passes datagrams on from 10.1.0.1:4000 to a port of 10.2.0.10, and says every one in hex; and every
 * announcement that comes from either side.
 */
function openTap(middle: Namespace, port: string) {
  const script = `
    const { createSocket } = require('node:dgram')
    const say = (kind, packet) => console.log(kind + ' ' + packet.toString('hex'))
    const front = createSocket('udp4')
    const backs = new Map()
    front.on('message', (packet, from) => {
      say('there', packet)
      let back = backs.get(from.port)
      if (!back) {
        backs.set(from.port, back = createSocket('udp4'))
        back.on('message', (answer) => { say('back', answer); front.send(answer, from.port, from.address) })
      }
      back.send(packet, ${port}, '10.2.0.10')
    })
    const ears = createSocket({ type: 'udp4', reuseAddr: true })
    ears.on('message', (packet) => say('all', packet))
    ears.bind(5353, () => {
      for (const address of ['10.1.0.1', '10.2.0.1']) ears.addMembership('224.0.0.251', address)
      front.bind(4000, '10.1.0.1', () => console.log('ready '))
    })`
  const child = middle.spawn(process.execPath, ['-e', script])
  const lines: string[] = []
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const heard = (kind: string) =>
    lines
      .filter((line) => line.startsWith(`${kind} `))
      .map((line) => Buffer.from(line.slice(kind.length + 1), 'hex'))
  return { heard, close: () => child.kill() }
}

/** What came to the middle beside the datagrams above: segments of TCP, datagrams for nobody. */
function uncaught({ name }: Namespace): readonly number[] {
  const table = execFileSync('ip', ['netns', 'exec', name, 'cat', '/proc/net/snmp'], {
    encoding: 'utf8',
  })
  const value = (protocol: string, field: string) => {
    const rows = table.split('\n').filter((line) => line.startsWith(`${protocol}:`))
    const [names = [], values = []] = rows.map((line) => line.split(' '))
    return Number(values[names.indexOf(field)])
  }
  return [value('Tcp', 'InSegs'), value('Udp', 'NoPorts')]
}

const obstacle = whyNoNamespaces()
if (obstacle) console.log(`not run: ${obstacle}`)

describe.skipIf(obstacle !== null)('safety 6: every packet of a pairing', () => {
  test('between two computers holds none of the words 3 to 5, in any form', async () => {
    const { one, middle, other } = openBottleneck()
    const inside = ({ name }: Namespace) => ['ip', 'netns', 'exec', name]
    const start = async (prefix: readonly string[], name: string) =>
      own(await drive(own(await startNode({ prefix, args: ['--name', name] }))))
    const joiner = await start(inside(one), 'Studio')
    const host = await start(inside(other), 'Kitchen')
    host.sayYes()
    joiner.sayYes()
    const { words, phrase, link, addresses } = await showWords(host)
    const port = addresses.find((address) => address.startsWith('10.2.0.10:'))?.split(':')[1] ?? ''
    const tap = own(openTap(middle, port))
    await until('the tap is open', () => tap.heard('ready').length > 0, 15_000)
    await joiner.client.call('pairing.join', { code: phrase, address: '10.1.0.1:4000' })
    const done = () => joiner.state().state === 'paired' && host.state().state === 'paired'
    await until('both are paired', done, 20_000)
    await until('an announcement was heard', () => tap.heard('all').length > 0, 15_000)

    // Three frames of the exchange go each way at least, and each announces itself.
    expect(tap.heard('there').length).toBeGreaterThan(3)
    expect(tap.heard('back').length).toBeGreaterThan(3)
    expect(uncaught(middle)).toEqual([0, 0])
    const packets = ['there', 'back', 'all'].flatMap((kind) => tap.heard(kind))
    const secret = /s=([\w-]+)/.exec(link)?.[1] ?? 'no secret'
    for (const form of [...formsOf(words.slice(2)), Buffer.from(secret)]) {
      const found = packets.some((packet) => packet.includes(form))
      expect(found, form.toString('latin1')).toBe(false)
    }
  }, 90_000)
})
