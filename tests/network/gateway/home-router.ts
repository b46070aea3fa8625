import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { FakeRouter, type Protocol } from '../../support/fake-router.ts'

/**
 * The router of a home, alone in a namespace: one address inside, one outside, and everybody at home
 * appears under the latter. What leaves by its inner cable for the other home ends at sockets of this
 * process, so this is a NAT without any help of the kernel's.
 *   home-router <protocol> <own address> <theirs> <first port it gives> <first they give> <home>
 */
const [protocol = 'PCP', own = '', theirs = '', gives = '0', given = '0', home = ''] =
  process.argv.slice(2)
const inside = '192.168.1.1'
/** Where both homes have Gangway; a session crosses by it, as holes punched by both sides would. */
const session = 4433
const count = 8

const ports = (first: string) => Array.from({ length: count }, (_, n) => Number(first) + n)

/** UDP between the two homes. */
async function openSession(): Promise<void> {
  const outer = createSocket('udp4')
  const inner = createSocket('udp4')
  outer.on('message', (packet, from) => {
    if (from.address === theirs) inner.send(packet, session, home)
  })
  inner.on('message', (packet) => outer.send(packet, session, theirs))
  outer.bind(session, own)
  // Not an address of ours: to those at home it looks as if nobody stood in between.
  inner.bind(session, theirs)
  await Promise.all([once(outer, 'listening'), once(inner, 'listening')])
}

/** TCP that somebody at home begins, to ports that the other router may have opened. */
async function letOut(port: number): Promise<void> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const host = near.localAddress ?? ''
    const far = connect({ host, port, localAddress: own, allowHalfOpen: true, noDelay: true })
    joined(near, far)
    joined(far, near)
  })
  server.listen(port, '0.0.0.0')
  await once(server, 'listening')
}

function joined(one: Socket, other: Socket): void {
  one.on('error', () => {})
  one.once('close', () => other.destroy())
  one.pipe(other)
}

const isKnown = (word: string): word is Protocol => ['PCP', 'NAT-PMP', 'UPnP'].includes(word)
if (!isKnown(protocol)) throw new Error('a router that speaks nothing')
const router = await FakeRouter.start({
  speaks: [protocol],
  inside,
  outside: own,
  ports: { udp: 5351, ssdp: 1900 },
  comeIn: own,
  gives: ports(gives),
})
await openSession()
await Promise.all(ports(given).map(letOut))

let last = ''
setInterval(() => {
  const { heard, open, cameIn } = router
  const now = JSON.stringify({ heard: heard.length, open: [...open.keys()], cameIn })
  if (now !== last) process.stdout.write(`${now}\n`)
  last = now
}, 50)
