import { describe, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { openDevices, type Devices, type NewDevice } from '#core/devices/devices.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { memoryStore } from '../../support/memory-store.ts'

const peer = fakeId(7)

function newcomer(rest: Partial<NewDevice> = {}): NewDevice {
  return {
    id: peer,
    root: new Uint8Array(32).fill(1),
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
    await devices.prove(peer)
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

  test('pairing again ends what ran under the old keys and keeps name and trust', async () => {
    const { devices, barred } = await opened()
    await devices.add(newcomer())
    await devices.change(peer, { trust: 'trusted', name: 'Mine' })
    await devices.add(newcomer({ root: new Uint8Array(32).fill(9) }))
    expect(barred).toEqual([peer])
    expect(devices.rootOf(peer)).toEqual(Buffer.alloc(32, 9))
    expect(shown(devices)).toMatchObject({ trust: 'trusted', name: 'Mine' })
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
    await devices.disowned(peer)
    expect(devices.isPaired(peer)).toBe(false)
  })

  test('proof makes it last, and then being disowned is shown, not obeyed', async () => {
    const { devices, clock } = await opened()
    await devices.add(newcomer({ role: 'host' }))
    await devices.prove(peer)
    await clock.advance(3_600_000)
    await devices.disowned(peer)
    expect(shown(devices)).toMatchObject({ state: 'disconnected', reason: 'removed' })
  })
})
