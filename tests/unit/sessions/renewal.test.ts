import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { Keepers } from '#core/sessions/keepers.ts'
import type { Alpn } from '#shared/ids.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { MemoryNodes } from '../../support/memory-nodes.ts'

const alpn: Alpn = 'gangway/message/1'
const old = new Uint8Array(32).fill(7)
const anew = new Uint8Array(32).fill(8)

let clock: FakeClock
let nodes: MemoryNodes
let disks: readonly Map<string, string>[]
const open: { close(): void }[] = []
beforeEach(() => {
  clock = new FakeClock()
  nodes = new MemoryNodes(clock)
  disks = [new Map(), new Map()]
})
afterEach(() => {
  for (const part of open.splice(0)) part.close()
  nodes.close()
})

type Node = Awaited<ReturnType<MemoryNodes['open']>>

/** Host and joiner, as they start with what is on their disks. */
async function started(): Promise<{ host: Node; joiner: Node }> {
  const [host, joiner] = [await nodes.open(1, disks[0]), await nodes.open(2, disks[1])]
  for (const { sessions } of [host, joiner]) {
    sessions.serve({
      alpn,
      async accept(channel) {
        while ((await channel.receive()) !== null);
      },
    })
  }
  return { host, joiner }
}

function keep({ sessions, devices }: Node): void {
  open.push(new Keepers({ alpn, sessions, devices, clock, log: silentLog, random: () => 1 }))
}

const isThere = (one: Node, other: Node) => one.devices.table.get(other.id)?.state === 'idle'
const rootsOf = (one: Node, other: Node) =>
  one.devices.rootsOf(other.id).map((root) => (Buffer.compare(root, anew) === 0 ? 'anew' : 'old'))

/** How far each of them had come with pairing anew when both were killed. */
type Stage = 'untouched' | 'saved' | 'given up' | 'confirmed'
const moments: readonly [host: Stage, joiner: Stage, end: 'old' | 'anew'][] = [
  ['untouched', 'untouched', 'old'],
  ['saved', 'untouched', 'old'],
  ['saved', 'saved', 'anew'],
  ['given up', 'untouched', 'old'],
  ['given up', 'saved', 'old'],
  ['confirmed', 'saved', 'anew'],
  ['confirmed', 'confirmed', 'anew'],
]

describe('safety 3: both killed while they pair anew, and started again', () => {
  async function killedAt(host: Stage, joiner: Stage): Promise<void> {
    const before = await started()
    await nodes.pair(before.host, before.joiner, old)
    await before.host.devices.prove(before.joiner.id, old)
    await before.joiner.devices.prove(before.host.id, old)
    await bring(before.joiner, before.host, 'joiner', joiner)
    await bring(before.host, before.joiner, 'host', host)
    nodes.close()
    nodes = new MemoryNodes(clock)
  }

  async function bring(one: Node, other: Node, role: 'host' | 'joiner', stage: Stage) {
    const announcementKey = new Uint8Array(32)
    const device = { id: other.id, root: anew, announcementKey, name: 'Peer', role } as const
    if (stage === 'untouched') return
    await one.devices.save({ ...device, kind: 'laptop' })
    if (stage === 'confirmed') await one.devices.confirm({ ...device, kind: 'laptop' })
    if (stage === 'given up') await clock.advance(30_000)
  }

  test.each(moments)('host %s, joiner %s: a session, and one set of keys: %s', async (...at) => {
    const [hostAt, joinerAt, end] = at
    await killedAt(hostAt, joinerAt)
    const { host, joiner } = await started()
    keep(host)
    keep(joiner)
    await clock.advance(2_000)
    expect([isThere(host, joiner), isThere(joiner, host)]).toEqual([true, true])
    await clock.advance(60_000)
    expect([isThere(host, joiner), isThere(joiner, host)]).toEqual([true, true])
    const [one, other] = [rootsOf(host, joiner), rootsOf(joiner, host)]
    // One that only ever was called does not know yet that its newer keys are of no use.
    expect(one).toEqual([end])
    expect(other).toContain(end)
  })

  test.each(moments)('host %s, joiner %s: only the host can dial: the same', async (...at) => {
    const [hostAt, joinerAt, end] = at
    await killedAt(hostAt, joinerAt)
    const { host, joiner } = await started()
    keep(host)
    await clock.advance(62_000)
    expect(host.sessions.current(joiner.id, alpn)?.isOpen).toBe(true)
    expect(rootsOf(joiner, host)).toContain(rootsOf(host, joiner)[0])
    if (hostAt !== 'saved') expect(rootsOf(host, joiner)).toEqual([end])
  })

  test.each(moments)('host %s, joiner %s: the host is away for a day: the same', async (...at) => {
    const [hostAt, joinerAt, end] = at
    await killedAt(hostAt, joinerAt)
    const { joiner } = await started()
    keep(joiner)
    nodes.gone.add(joiner.id)
    await clock.advance(86_400_000)
    nodes.gone.delete(joiner.id)
    nodes.close()
    nodes = new MemoryNodes(clock)
    const back = await started()
    keep(back.host)
    keep(back.joiner)
    await clock.advance(62_000)
    expect([isThere(back.host, back.joiner), isThere(back.joiner, back.host)]).toEqual([true, true])
    const [root] = rootsOf(back.host, back.joiner)
    expect(rootsOf(back.joiner, back.host)).toContain(root)
    if (hostAt !== 'saved') expect(root).toBe(end)
  })
})
