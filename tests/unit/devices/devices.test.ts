import { describe, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { openDevices, type Devices, type NewDevice } from '#core/devices/devices.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { memoryStore } from '../../support/memory-store.ts'

const peer = fakeId(7)
const root = new Uint8Array(32).fill(1)
const another = new Uint8Array(32).fill(9)

function newcomer(rest: Partial<NewDevice> = {}): NewDevice {
  return {
    id: peer,
    root,
    announcementKey: new Uint8Array(32).fill(2),
    name: 'Studio',
    kind: 'laptop',
    role: 'joiner',
    ...rest,
  }
}

async function opened(disk?: Map<string, string>) {
  const clock = new FakeClock()
  const store = memoryStore(disk)
  const devices = await openDevices({ store, clock, log: silentLog })
  const barred: string[] = []
  devices.changes.on('barred', (id) => barred.push(id))
  /** The same profile after a crash: whatever was on disk, and nothing else. */
  const restarted = () => opened(store.disk)
  return { clock, store, devices, barred, restarted }
}

const shown = (devices: Devices) => devices.table.get(peer)

describe('a paired device', () => {
  test('may ask, is shown, and survives a restart with its root', async () => {
    const { devices, restarted } = await opened()
    await devices.add(newcomer())
    await devices.prove(peer, root)
    for (const each of [devices, (await restarted()).devices]) {
      expect(each.isPaired(peer)).toBe(true)
      expect(each.trustOf(peer)).toBe('known')
      expect(each.rootOf(peer)).toEqual(Buffer.alloc(32, 1))
      expect([...each.announcementKeys()]).toEqual([[peer, Buffer.alloc(32, 2)]])
      expect(shown(each)).toMatchObject({ name: 'Studio', trust: 'known', state: 'paired' })
    }
  })

  test('keeps the name the person gave it, whatever it calls itself, until that is taken back', async () => {
    const { devices } = await opened()
    await devices.add(newcomer())
    await devices.change(peer, { name: 'Mine' })
    await devices.setDocument(peer, {
      id: peer,
      seq: 1,
      name: 'Renamed',
      kind: 'desktop',
      os: 'Linux',
      version: '1',
      capabilities: [],
    })
    expect(shown(devices)).toMatchObject({ name: 'Mine', ownName: 'Renamed', kind: 'desktop' })
    await devices.change(peer, { name: null })
    expect(shown(devices)).toMatchObject({ name: 'Renamed' })
  })

  test('is remembered where it was seen last, without repeats and without end', async () => {
    const { devices } = await opened()
    await devices.add(newcomer())
    for (let n = 0; n < 20; n++) await devices.seen(peer, `192.0.2.${n}:4000`)
    await devices.seen(peer, '192.0.2.15:4000')
    const addresses = devices.addressesOf(peer)
    expect(addresses[0]).toBe('192.0.2.15:4000')
    expect(addresses).toHaveLength(8)
    expect(new Set(addresses).size).toBe(8)
  })
})

describe('safety 5: removing and blocking', () => {
  test('a removed device is told off at once, forgotten for good, and our key changes', async () => {
    const { devices, barred, restarted } = await opened()
    await devices.add(newcomer())
    const before = devices.announcementKey
    await devices.remove(peer)
    expect(barred).toEqual([peer])
    for (const each of [devices, (await restarted()).devices]) {
      expect(each.isPaired(peer)).toBe(false)
      expect(each.rootOf(peer)).toBeNull()
      expect(each.table.rows).toEqual([])
      expect(each.announcementKey).not.toEqual(before)
      expect(each.announcementKey).toEqual(devices.announcementKey)
    }
  })

  test('a blocked device may nothing, is recognised nowhere, and stays so after a restart', async () => {
    const { devices, barred, restarted } = await opened()
    await devices.add(newcomer())
    await devices.change(peer, { trust: 'blocked' })
    expect(barred).toEqual([peer])
    for (const each of [devices, (await restarted()).devices]) {
      expect(each.isPaired(peer)).toBe(false)
      expect(each.rootOf(peer)).toBeNull()
      expect([...each.announcementKeys()]).toEqual([])
      expect(shown(each)).toMatchObject({ state: 'disconnected', reason: 'blocked' })
    }
    const readmitted: string[] = []
    devices.changes.on('readmitted', (id) => readmitted.push(id))
    await devices.change(peer, { trust: 'trusted' })
    expect(readmitted).toEqual([peer])
    expect(devices.isPaired(peer)).toBe(true)
  })

  test('what is not paired cannot be changed or removed, and nothing arrives for it', async () => {
    const { devices } = await opened()
    await expect(devices.remove(peer)).rejects.toMatchObject({ code: 'device.unknown' })
    await expect(devices.change(peer, {})).rejects.toMatchObject({ code: 'device.unknown' })
    await devices.seen(peer, null)
    devices.setPresence(peer, { state: 'connecting' })
    expect(devices.table.rows).toEqual([])
  })
})

describe('safety 3: pairing again with a device that is known', () => {
  async function known(role: 'host' | 'joiner') {
    const profile = await opened()
    const { devices } = profile
    await devices.add(newcomer())
    await devices.prove(peer, root)
    await devices.change(peer, { trust: 'trusted', name: 'Mine' })
    await devices.save(newcomer({ root: another, name: 'Renamed', role }))
    return profile
  }

  test('until it is proved the old keys hold, the new may prove themselves, nothing shows', async () => {
    for (const role of ['host', 'joiner'] as const) {
      const profile = await known(role)
      for (const { devices } of [profile, await profile.restarted()]) {
        expect(devices.rootsOf(peer)).toEqual([another, root].map((each) => Buffer.from(each)))
        expect(devices.unprovedAs(peer, another)).toBe(role)
        expect(devices.unprovedAs(peer, root)).toBeNull()
        expect(shown(devices)).toMatchObject({ ownName: 'Studio', name: 'Mine', trust: 'trusted' })
      }
      expect(profile.barred).toEqual([])
    }
  })

  test('proved, it counts: new keys, the old ones are gone, name and trust stay', async () => {
    const profile = await known('host')
    const added: string[] = []
    profile.devices.changes.on('added', (id) => added.push(id))
    await profile.devices.prove(peer, another)
    expect(added).toEqual([peer])
    await profile.clock.advance(60_000)
    for (const { devices } of [profile, await profile.restarted()]) {
      expect(devices.rootsOf(peer)).toEqual([Buffer.from(another)])
      expect(shown(devices)).toMatchObject({ ownName: 'Renamed', name: 'Mine', trust: 'trusted' })
    }
  })

  test.each<[string, (profile: Awaited<ReturnType<typeof known>>) => unknown]>([
    ['declined', ({ devices }) => devices.retract(newcomer({ root: another }))],
    ['not proved within 30 s', ({ clock }) => clock.advance(30_000)],
    [
      'not proved within 30 s of a crash',
      async (profile) => (await profile.restarted()).clock.advance(30_000),
    ],
  ])('%s: everything is as it was, for good', async (_, ending) => {
    const profile = await known('host')
    await ending(profile)
    const { devices } = await profile.restarted()
    expect(devices.rootsOf(peer)).toEqual([Buffer.from(root)])
    expect(shown(devices)).toMatchObject({ ownName: 'Studio', name: 'Mine', trust: 'trusted' })
  })

  test('a joiner dials under the new keys once the pairing is concluded, and goes back when told', async () => {
    const { devices } = await known('joiner')
    expect(devices.rootOf(peer)).toEqual(Buffer.from(root))
    devices.seek(peer)
    expect(devices.rootOf(peer)).toEqual(Buffer.from(another))
    expect(await devices.disowned(peer, another)).toBe(true)
    expect(devices.rootsOf(peer)).toEqual([Buffer.from(root)])
    // Late word about what was tried before.
    expect(await devices.disowned(peer, another)).toBe(true)
    expect(shown(devices)).toMatchObject({ state: 'paired' })
  })

  test('a host heeds nobody who does not know the old keys any more', async () => {
    const { devices } = await known('host')
    devices.seek(peer)
    expect(await devices.disowned(peer, root)).toBe(false)
    expect(devices.rootsOf(peer)).toHaveLength(2)
  })

  test('a blocked device may come with the new keys only, and is known when it has', async () => {
    const { devices } = await opened()
    await devices.add(newcomer())
    await devices.prove(peer, root)
    await devices.change(peer, { trust: 'blocked' })
    await devices.save(newcomer({ root: another, role: 'host' }))
    expect(devices.rootsOf(peer)).toEqual([Buffer.from(another)])
    expect(shown(devices)).toMatchObject({ trust: 'blocked' })
    await devices.prove(peer, another)
    expect(shown(devices)).toMatchObject({ trust: 'known' })
    await devices.save(newcomer({ root, role: 'host' }))
    await devices.change(peer, { trust: 'blocked' })
    expect(devices.isPaired(peer)).toBe(false)
  })

  test('given up here and confirmed there all the same: it stands', async () => {
    const { devices, clock } = await known('host')
    await clock.advance(30_000)
    await devices.confirm(newcomer({ root: another, role: 'host' }))
    expect(devices.rootsOf(peer)).toEqual([Buffer.from(another)])
  })
})

describe('a pairing that was not proved', () => {
  test('a host forgets it after 30 s, also when it was killed in between', async () => {
    const { devices, restarted } = await opened()
    await devices.add(newcomer({ role: 'host' }))
    const again = await restarted()
    await again.clock.advance(29_000)
    expect(again.devices.isPaired(peer)).toBe(true)
    await again.clock.advance(1_000)
    expect(again.devices.isPaired(peer)).toBe(false)
    expect((await again.restarted()).devices.isPaired(peer)).toBe(false)
    devices.close()
  })

  test('a joiner keeps it until it is told, then forgets it', async () => {
    const { devices, clock } = await opened()
    await devices.add(newcomer({ role: 'joiner' }))
    await clock.advance(3_600_000)
    expect(devices.isPaired(peer)).toBe(true)
    await devices.disowned(peer, root)
    expect(devices.isPaired(peer)).toBe(false)
  })

  test('proof makes it last, and then being disowned is shown, not obeyed', async () => {
    const { devices, clock } = await opened()
    await devices.add(newcomer({ role: 'host' }))
    await devices.prove(peer, root)
    await clock.advance(3_600_000)
    await devices.disowned(peer, root)
    expect(shown(devices)).toMatchObject({ state: 'disconnected', reason: 'removed' })
  })
})
