import { createReadStream, createWriteStream, readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { systemClock } from '#core/base/clock.ts'
import type { LaneKeys } from '#core/transfers/lanes/lane.ts'
import { openTcpLane } from '#core/transfers/lanes/tcp/tcp-lane.ts'
import { listenTcp } from '#core/transfers/lanes/tcp/tcp-listener.ts'
import { keepFreedMemory } from '#core/transfers/lanes/reclaim.ts'
import type { Command, Job, MoverEvent } from '#core/transfers/movers/messages.ts'
import { serveMover } from '#core/transfers/movers/runner.ts'

/** One end of a measured transfer in a process of its own: a mover, or the plainest copy there is. */
export type MoverOrder =
  | {
      readonly kind: 'mover'
      readonly job: Job
      readonly secrets: readonly [string, string, string]
      readonly bytesPerSecond: number | null
      /** Nothing after this file has grown so far is of interest. */
      readonly until: { readonly path: string; readonly bytes: number } | null
    }
  | { readonly kind: 'raw'; readonly role: 'send' | 'receive'; readonly path: string }

export interface MoverReport {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMiB: number
}

const order = JSON.parse(process.argv[2] ?? '') as MoverOrder
let began = 0
let before = process.cpuUsage()

function tell(told: object): void {
  process.send?.(told)
}

function told(): Promise<{ addresses: string[]; port: number }> {
  return new Promise((resolve) =>
    process.once('message', (message) => resolve(message as { addresses: string[]; port: number })),
  )
}

function begin(): void {
  began = performance.now()
  before = process.cpuUsage()
}

/** What the system counts for a process begins with what whoever forked it had; Linux knows better. */
function peakKiB(): number {
  const own = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
  return Number(/^VmHWM:\s+(\d+)/m.exec(own)?.[1] ?? process.resourceUsage().maxRSS)
}

function report(): void {
  const { user, system } = process.cpuUsage(before)
  tell({
    seconds: (performance.now() - began) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    peakMiB: peakKiB() / 1024,
  })
}

/** Looked at every millisecond. */
async function grows({ path, bytes }: { path: string; bytes: number }): Promise<void> {
  while ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < bytes) await sleep(1)
}

async function move(order: MoverOrder & { kind: 'mover' }): Promise<void> {
  const { job, secrets, bytesPerSecond, until } = order
  const [a, b, transferId] = secrets.map((hex) => Buffer.from(hex, 'hex')) as [
    Buffer,
    Buffer,
    Buffer,
  ]
  keepFreedMemory()
  const sends = job.role === 'send'
  const keys: LaneKeys = { send: sends ? a : b, receive: sends ? b : a, transferId, stream: 0 }
  const shared = { keys, lanOnly: true, clock: systemClock, deadlineMs: 10_000 }
  // The receiving end dials: that reads faster.
  const listener = sends
    ? await listenTcp({ host: '127.0.0.1', lanOnly: true, clock: systemClock })
    : null
  if (listener) tell({ addresses: listener.addresses })
  const addresses = sends ? [] : (await told()).addresses
  const role = sends ? 'follows' : 'decides'
  let command: (command: Command) => void = () => {}
  const done = new Promise<void>((resolve, reject) => {
    const post = (event: MoverEvent) => {
      if (event.event === 'journal') {
        tell({ journaled: event.partial[0]?.verified ?? 0 })
        command({ command: 'journaled', batch: event.batch })
      }
      if (event.event === 'files') command({ command: 'reported' })
      if (event.event === 'failed') reject(event.error)
      if (event.event === 'done') resolve()
    }
    serveMover({
      clock: systemClock,
      port: { post, onMessage: (listener) => (command = listener) },
    })
  })
  begin()
  command({ command: 'start', job })
  command({ command: 'cap', bytesPerSecond })
  const lane = await openTcpLane({ ...shared, role, listener, addresses })
  command({ command: 'lane', epoch: 1, lane })
  await (until ? grows(until) : done)
  report()
  // The other end still has its farewell to say.
  setTimeout(() => process.exit(0), 300)
}

async function rawSend(path: string): Promise<void> {
  const server = createServer({ noDelay: true })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  tell({ port: (server.address() as AddressInfo).port })
  server.once('connection', (socket) => {
    begin()
    createReadStream(path, { highWaterMark: 1024 * 1024 }).pipe(socket)
    socket.once('close', () => {
      report()
      server.close()
    })
    socket.resume()
  })
}

async function rawReceive(path: string): Promise<void> {
  const { port } = await told()
  begin()
  const file = createWriteStream(path, { highWaterMark: 4 * 1024 * 1024 })
  connect({ port, host: '127.0.0.1', noDelay: true }).pipe(file)
  file.once('close', report)
}

process.once('disconnect', () => process.exit(0))
if (order.kind === 'mover') await move(order)
else if (order.role === 'send') await rawSend(order.path)
else await rawReceive(order.path)
