import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDialect, type Dialect } from '#core/discovery/dialect.ts'
import { encodeQuery, readPacket } from '#core/discovery/packets.ts'
import { NetworkKey } from '#core/private-network/network-key.ts'
import { sealedDialect } from '#core/private-network/sealed-dialect.ts'
import { fakeId, keysOf, openNode } from '../../support/discovery-nodes.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { FakeLan } from '../../support/fake-lan.ts'

const key = new NetworkKey(new Uint8Array(32).fill(1))
const place = fakeId('place')
const ports = { v4: 5544, v6: null }

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
})

async function node(
  word: string,
  address: string,
  dialect: () => Dialect,
  knows: readonly string[] = [],
  visible = true,
) {
  const network = lan.host(address)
  const open = await openNode(word, {
    clock,
    network,
    visible,
    dialect,
    knownKeys: keysOf(...knows),
  })
  closers.push(() => open.close())
  return open
}

const privately = () => sealedDialect(key, clock)
const openly = () => openDialect

/** Everything on the cable, as text and as hex. */
function captured(since = 0): string {
  const packets = lan.packets.slice(since).map((packet) => Buffer.from(packet))
  return packets.map((packet) => packet.toString('latin1') + packet.toString('hex')).join('\n')
}

test('safety 35: devices of a private network see each other, by name or by key', async () => {
  const ada = await node('ada', '10.0.0.1', privately, ['bob'])
  const bob = await node('bob', '10.0.0.2', privately, [], false)
  await clock.advance(2_000)
  expect(bob.sees('ada')).toMatchObject({ name: "ada's laptop", addresses: ['10.0.0.1:4433'] })
  expect(ada.sees('bob')).toMatchObject({ name: null, addresses: ['10.0.0.2:4433'] })
  await clock.advance(600_000)
  expect(ada.sees('bob')).toBeDefined()
})

test('safety 35: and neither see nor are seen by anybody else, known or visible', async () => {
  const ada = await node('ada', '10.0.0.1', privately, ['bob', 'eve'])
  const bob = await node('bob', '10.0.0.2', openly, ['ada', 'eve'])
  const other = new NetworkKey(new Uint8Array(32).fill(2))
  const eve = await node('eve', '10.0.0.3', () => sealedDialect(other, clock), ['ada', 'bob'])
  await clock.advance(60_000)
  for (const { nearby } of [ada, bob, eve]) expect(nearby.rows).toEqual([])
  expect(ada.hearing().others).toBe(0)
})

test('safety 35: a capture holds no id, name, port, place or lasting mark', async () => {
  const ada = await node('ada', '10.0.0.1', privately)
  const leave = ada.announceMeeting(() => ({ id: place, ports }))
  await clock.advance(30_000)
  const said = captured()
  const hex = (text: string) => Buffer.from(text).toString('hex')
  for (const told of [
    fakeId('ada'),
    place,
    "ada's laptop",
    'gangway',
    'laptop',
    'meet=',
    'p4=4433',
  ]) {
    expect(said).not.toContain(told)
    expect(said).not.toContain(hex(told))
  }
  // And in the next epochs not one piece of it is said again.
  const pieces = (from: number) =>
    new Set(
      lan.packets.slice(from).flatMap(
        (packet) =>
          Buffer.from(packet)
            .toString('latin1')
            .match(/[\w-]{12,}/g) ?? [],
      ),
    )
  const before = pieces(0)
  leave()
  await clock.advance(1_200_000)
  const late = lan.packets.length
  await clock.advance(30_000)
  const after = pieces(late)
  expect([before.size, after.size].every((size) => size > 3)).toBe(true)
  expect([...after].filter((piece) => before.has(piece))).toEqual([])
})

test('safety 35: questions of others get no answer', async () => {
  await node('ada', '10.0.0.1', privately)
  await clock.advance(3_000)
  const before = lan.packets.length
  lan.inject(encodeQuery(openDialect.types()), '10.0.0.66')
  await clock.advance(1_500)
  expect(lan.packets.length).toBe(before + 1)
  lan.inject(encodeQuery(privately().types()), '10.0.0.2')
  await clock.advance(1_500)
  expect(lan.packets.length).toBe(before + 3)
})

test('a place to meet is found by those of the same network only', async () => {
  const host = await node('host', '10.0.0.1', privately)
  const seeker = await node('seeker', '10.0.0.2', privately)
  const outside = await node('outside', '10.0.0.3', openly)
  const found: string[] = []
  const leaked: string[] = []
  seeker.seekMeeting(place, (addresses) => found.push(...addresses))
  outside.seekMeeting(place, (addresses) => leaked.push(...addresses))
  host.announceMeeting(() => ({ id: place, ports }))
  await clock.advance(2_000)
  expect(found).toContain('10.0.0.1:5544')
  expect(leaked).toEqual([])
})

test('safety 35: who moves takes leave under the old name and has no name in common with the new', async () => {
  let dialect = openly()
  const ada = await node('ada', '10.0.0.1', () => dialect)
  ada.announceMeeting(() => ({ id: place, ports }))
  const bob = await node('bob', '10.0.0.2', openly)
  await clock.advance(2_000)
  expect([ada.sees('bob'), bob.sees('ada')].every(Boolean)).toBe(true)
  const names = (since: number, types: readonly string[]) =>
    lan.packets
      .slice(since)
      .flatMap((packet) => readPacket(packet, types)?.services ?? [])
      .map(({ instance }) => instance)
  const before = names(0, openDialect.types())
  const since = lan.packets.length
  dialect = privately()
  ada.moved()
  await clock.advance(100)
  expect(ada.nearby.rows).toEqual([])
  expect(bob.sees('ada')).toBeUndefined()
  await clock.advance(5_000)
  const after = names(since, privately().types())
  expect(after.length).toBeGreaterThan(1)
  expect(after.filter((name) => before.includes(name))).toEqual([])
})

test('the longest name there can be is announced', async () => {
  const ada = await node('ada', '10.0.0.1', privately)
  const bob = await node('bob', '10.0.0.2', privately)
  const name = '語'.repeat(64)
  ada.change({ name })
  await clock.advance(2_000)
  expect(bob.sees('ada')).toMatchObject({ name })
})
