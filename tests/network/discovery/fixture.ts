import { createSocket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import { systemClock } from '#core/base/clock.ts'
import { keysOf, openNode } from '../../support/discovery-nodes.ts'

/**
 * Runs alone in a namespace and prints JSON lines.
 *   node <word> <visible|hidden> [words it knows…]   prints who is near whenever that changes
 *   listen                                          prints every multicast DNS packet, in hex
 */
const [mode, word = '', visibility, ...known] = process.argv.slice(2)
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`)

async function runNode(): Promise<void> {
  const visible = visibility === 'visible'
  const knownKeys = keysOf(...known)
  const node = await openNode(word, { clock: systemClock, visible, knownKeys })
  const stop = new AbortController()
  process.once('SIGTERM', () => stop.abort())
  // Nothing of discovery keeps a process alive.
  const alive = setInterval(() => {}, 60_000)
  print([])
  for await (const _ of node.nearby.watch(stop.signal)) print(node.nearby.rows)
  await node.close()
  clearInterval(alive)
}

function listen(): void {
  const groups = { udp4: '224.0.0.251', udp6: 'ff02::fb' } as const
  for (const type of ['udp4', 'udp6'] as const) {
    const socket = createSocket({ type, reuseAddr: true, ipv6Only: type === 'udp6' })
    socket.on('message', (packet, { address }) => print([address, packet.toString('hex')]))
    socket.bind(5353, () => {
      for (const [name, infos = []] of Object.entries(networkInterfaces())) {
        const v4 = infos.find(({ family }) => family === 'IPv4')
        if (type === 'udp6') socket.addMembership(groups.udp6, `::%${name}`)
        else if (v4) socket.addMembership(groups.udp4, v4.address)
      }
      print('listening')
    })
  }
}

if (mode === 'listen') listen()
else await runNode()
