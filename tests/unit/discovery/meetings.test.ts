import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDialect } from '#core/discovery/dialect.ts'
import { readPacket } from '#core/discovery/packets.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { FakeLan } from '../../support/fake-lan.ts'
import { fakeId, openNode } from '../../support/discovery-nodes.ts'

const types = openDialect.types()

let clock: FakeClock
let lan: FakeLan
let closers: (() => Promise<void>)[]

beforeEach(() => {
  clock = new FakeClock()
  lan = new FakeLan()
  closers = []
})

afterEach(async () => {
  for (const close of closers) await close()
  if (clock.pending > 0) throw new Error(`${clock.pending} timers left behind`)
  if (lan.stations > 0) throw new Error(`${lan.stations} sockets left behind`)
})

async function node(word: string, address: string) {
  const opened = await openNode(word, { clock, network: lan.host(address), random: () => 0.5 })
  closers.push(() => opened.close())
  return opened
}

const place = fakeId('a place to meet')
const ports = { v4: 5544, v6: null }

test('a place is found at once by whoever seeks it, and forgotten when it is withdrawn', async () => {
  const host = await node('host', '10.0.0.1')
  const seeker = await node('seeker', '10.0.0.2')
  await clock.advance(2_000)
  const found: string[] = []
  const stop = seeker.seekMeeting(place, (addresses) => found.push(...addresses))
  const withdraw = host.announceMeeting(() => ({ id: place, ports }))
  await clock.advance(0)
  expect(found).toEqual(['10.0.0.1:5544'])
  stop()
  withdraw()
  await clock.advance(2_000)
  const late: string[] = []
  seeker.seekMeeting(place, (addresses) => late.push(...addresses))
  await clock.advance(40_000)
  expect(late).toEqual([])
  expect(found).toEqual(['10.0.0.1:5544'])
})

test('one that was heard before is known without asking; another is not', async () => {
  const host = await node('host', '10.0.0.1')
  const seeker = await node('seeker', '10.0.0.2')
  host.announceMeeting(() => ({ id: place, ports }))
  await clock.advance(2_000)
  const found: string[] = []
  const other: string[] = []
  seeker.seekMeeting(place, (addresses) => found.push(...addresses))
  seeker.seekMeeting(fakeId('elsewhere'), (addresses) => other.push(...addresses))
  expect({ found, other }).toEqual({ found: ['10.0.0.1:5544'], other: [] })
})

test('safety 35: it says where, and nothing of the device: no id, no tag, no common name', async () => {
  const host = await node('host', '10.0.0.1')
  await clock.advance(2_000)
  const since = lan.packets.length
  host.announceMeeting(() => ({ id: place, ports }))
  await clock.advance(0)
  const services = lan.packets
    .slice(since)
    .flatMap((packet) => readPacket(packet, types)?.services ?? [])
  const meeting = services.find(({ txt }) => txt.has('meet'))
  expect(Object.fromEntries(meeting?.txt ?? [])).toEqual({ v: '1', meet: place, p4: '5544' })
  const names = services.filter(({ txt }) => !txt.has('meet')).map(({ instance }) => instance)
  expect(names).not.toContain(meeting?.instance)
  expect(host.nearby.rows).toEqual([])
})

test('safety 8: made-up places are bounded and do not hide one that is sought', async () => {
  const host = await node('host', '10.0.0.1')
  const liar = await node('liar', '10.0.0.3')
  const seeker = await node('seeker', '10.0.0.2')
  for (let n = 0; n < 100; n++) liar.announceMeeting(() => ({ id: fakeId(`lie ${n}`), ports }))
  await clock.advance(10_000)
  const found: string[] = []
  seeker.seekMeeting(place, (addresses) => found.push(...addresses))
  host.announceMeeting(() => ({ id: place, ports }))
  await clock.advance(2_000)
  expect(found).toContain('10.0.0.1:5544')
})

test('safety 35: a place that changes goes by another name from then on', async () => {
  const host = await node('host', '10.0.0.1')
  let now = place
  host.announceMeeting(() => ({ id: now, ports }))
  const instances = (since: number) => {
    const packets = lan.packets.slice(since).flatMap((packet) => readPacket(packet, types) ?? [])
    const services = packets.flatMap((packet) => packet.services)
    const meetings = services.filter(({ txt }) => txt.has('meet'))
    return {
      names: new Set(meetings.map(({ instance }) => instance)),
      left: packets.flatMap(({ leaving }) => leaving),
    }
  }
  await clock.advance(5_000)
  const [before] = instances(0).names
  const since = lan.packets.length
  now = fakeId('elsewhere')
  await clock.advance(11_000)
  const { names, left } = instances(since)
  expect(names.size).toBe(1)
  expect(names).not.toContain(before)
  expect(left).toEqual([before])
})
