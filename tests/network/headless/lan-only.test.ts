import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { openCable, packetsForElsewhere, whyNoNamespaces } from '../../support/namespaces.ts'
import { startNode, type NodeProcess } from '../../support/node-process.ts'
import { until } from '../../support/until.ts'

const own = closing()
const idleMs = 15_000

/** A laptop whose way to the rest of the world leads over a router that counts and forwards nothing. */
function openLaptop() {
  const cable = openCable()
  const [laptop, router] = cable.ends
  laptop.ip('addr', 'add', '192.0.2.10/24', 'dev', laptop.nic)
  router.ip('addr', 'add', '192.0.2.1/24', 'dev', router.nic)
  laptop.ip('route', 'add', 'default', 'via', '192.0.2.1')
  return {
    prefix: ['ip', 'netns', 'exec', laptop.name],
    leaving: () => packetsForElsewhere(router),
    close: () => cable[Symbol.dispose](),
  }
}

/** Seconds of processor time the process has used so far, in user and kernel. */
function cpuSeconds({ pid }: NodeProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const ticksPerSecond = 100
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

const handles = ({ pid }: NodeProcess) => readdirSync(`/proc/${pid}/fd`).length

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const obstacle = whyNoNamespaces()
describe.skipIf(obstacle !== null)(`a node left alone${obstacle ? ` (${obstacle})` : ''}`, () => {
  test('safety 35: with --lan-only no packet leaves the network; idle, it rests and holds nothing more', async () => {
    const laptop = own(openLaptop())
    const node = own(await startNode({ prefix: laptop.prefix, args: ['--visible'] }))
    // What starting costs, and what it opens a little later, is not idling.
    await pause(6_000)
    const before = { cpu: cpuSeconds(node), handles: handles(node) }
    await pause(idleMs)
    expect(laptop.leaving()).toBe(0)
    expect((cpuSeconds(node) - before.cpu) / (idleMs / 1_000)).toBeLessThan(0.01)
    expect(handles(node)).toBeLessThanOrEqual(before.handles)
  })

  test('without it the same router does see packets for elsewhere', async () => {
    const laptop = own(openLaptop())
    own(await startNode({ prefix: laptop.prefix, args: ['--visible'], beyondLan: true }))
    await until('something tried to leave', () => laptop.leaving() > 0, 15_000)
    expect(laptop.leaving()).toBeGreaterThan(0)
  })
})
