import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import type { Lane } from '#core/transfers/lanes/lane.ts'
import { maxFrameBytes } from '#core/transfers/lanes/lane.ts'
import { openTcpLane } from '#core/transfers/lanes/tcp/tcp-lane.ts'
import { listenTcp } from '#core/transfers/lanes/tcp/tcp-listener.ts'
import { bundleForNode } from '../../support/bundle.ts'
import { closing } from '../../support/closing.ts'
import { laneKeys } from '../../support/lane-ends.ts'

const open = closing()
const frames = 128
const frame = new Uint8Array(maxFrameBytes)

/** Of this process, which is both ends: a machine that is busy with other things does not count. */
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

it('safety 9: 5,000 half-open connections cost a transfer less than a fifth of its speed', async () => {
  const script = await bundleForNode('tests/processes/lanes/strangers.ts')
  const shared = { lanOnly: true, clock: systemClock, deadlineMs: 5_000 }
  const listener = open(await listenTcp({ host: '127.0.0.1', ...shared }))
  const { here, there } = laneKeys()
  const lanes = await Promise.all([
    openTcpLane({
      ...shared,
      keys: here,
      role: 'decides',
      listener: null,
      addresses: listener.addresses,
    }),
    openTcpLane({ ...shared, keys: there, role: 'follows', listener, addresses: [] }),
  ])
  const [a, b] = lanes.map((lane) => open(lane)) as [Lane, Lane]
  const quiet = []
  for (let round = 0; round < 4; round++) quiet.push(await cpuSecondsToMove(b, a))

  const strangers = spawn(process.execPath, [script, String(listener.port), '5000'])
  open({ close: () => strangers.kill('SIGKILL') })
  const [said] = (await once(strangers.stdout, 'data')) as [Buffer]
  expect(said.toString().trim()).toBe('opened 5000')
  const crowded = []
  for (let round = 0; round < 4; round++) crowded.push(await cpuSecondsToMove(b, a))
  expect(Math.min(...crowded)).toBeLessThan(Math.min(...quiet) / 0.8)
})
