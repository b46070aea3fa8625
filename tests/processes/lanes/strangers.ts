import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { systemClock } from '#core/base/clock.ts'
import { maxFrameBytes, type Lane } from '#core/transfers/lanes/lane.ts'
import { openTcpLane } from '#core/transfers/lanes/tcp/tcp-lane.ts'
import { listenTcp } from '#core/transfers/lanes/tcp/tcp-listener.ts'
import { laneKeys } from '../../support/lane-ends.ts'

/**
 * Prints what it costs to move the same bytes over a lane before and while strangers crowd at its
 * port, as JSON; in turns, since a machine changes from second to second by itself. In a process of
 * its own, whose heap holds nothing but this; with a port and a number it is the crowd.
 */
const frames = 64
/** The first of them beside a crowd also pay for its coming, which is over within a second or two. */
const rounds = 30
const pairs = 3
const crowdSize = 5_000
const frame = new Uint8Array(maxFrameBytes)

/** CPU and not time: a machine that is busy with other things does not count. */
async function cpuSecondsToMove(from: Lane, to: Lane): Promise<number> {
  const before = process.cpuUsage()
  const sending = (async () => {
    for (let sent = 0; sent < frames; sent++) await from.send([frame])
  })()
  for (let received = 0; received < frames; received++) await to.receive()
  await sending
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

/** What else runs on this machine can only make a round dearer. */
async function cheapest(from: Lane, to: Lane): Promise<number> {
  const all: number[] = []
  for (let round = 0; round < rounds; round++) all.push(await cpuSecondsToMove(from, to))
  return Math.min(...all)
}

async function measure(): Promise<void> {
  const shared = { lanOnly: true, clock: systemClock, deadlineMs: 5_000 }
  const listener = await listenTcp({ host: '127.0.0.1', ...shared })
  const { here, there } = laneKeys()
  const { addresses } = listener
  const [sink, source] = await Promise.all([
    openTcpLane({ ...shared, keys: here, role: 'decides', listener: null, addresses }),
    openTcpLane({ ...shared, keys: there, role: 'follows', listener, addresses: [] }),
  ])
  // What is compiled and how much memory is held differ before and after the first crowd.
  await cheapest(source, sink)
  await crowded(listener.port, 1_000, async () => {})
  let [quiet, beside] = [Infinity, Infinity]
  for (let pair = 0; pair < pairs; pair++) {
    quiet = Math.min(quiet, await cheapest(source, sink))
    await crowded(listener.port, crowdSize, async () => {
      beside = Math.min(beside, await cheapest(source, sink))
    })
  }
  console.log(JSON.stringify({ quiet, beside }))
}

async function crowded(port: number, size: number, work: () => Promise<void>): Promise<void> {
  const [, script = ''] = process.argv
  const strangers = spawn(process.execPath, [script, String(port), String(size)])
  const [said] = (await once(strangers.stdout, 'data')) as [Buffer]
  if (Number(said.toString()) !== size) throw new Error(`not ${size} but ${said.toString()}`)
  await work()
  strangers.kill('SIGKILL')
  await once(strangers, 'exit')
}

function one(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('error', () => resolve()).once('connect', resolve)
  })
}

async function crowd(port: number, count: number): Promise<void> {
  const atOnce = 200
  for (let opened = 0; opened < count; opened += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => one(port)))
  }
  console.log(count)
  setInterval(() => {}, 60_000)
}

const [, , port, count] = process.argv
if (port === undefined) {
  await measure()
  process.exit(0)
}
await crowd(Number(port), Number(count))
