import { generateKeyPairSync, sign } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { Cell } from '#core/base/state.ts'
import { openIntroductions } from '#core/messages/introductions.ts'
import { messageAlpn, Messages } from '#core/messages/messages.ts'
import { signed, signedSchema, type Signed } from '#core/messages/signed.ts'
import { Statuses } from '#core/messages/statuses.ts'
import { Texts } from '#core/messages/texts.ts'
import { Keepers } from '#core/sessions/keepers.ts'
import { Fault } from '#shared/faults.ts'
import { textSchema, type DeviceStatus } from '#shared/devices.ts'
import { isDeviceId } from '#shared/ids.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeDevice } from '../../support/fake-devices.ts'
import { MemoryNodes } from '../../support/memory-nodes.ts'
import { memoryStore } from '../../support/memory-store.ts'

let clock: FakeClock
let nodes: MemoryNodes
const open: { close(): unknown }[] = []
beforeEach(() => {
  clock = new FakeClock()
  nodes = new MemoryNodes(clock)
})
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close()
  nodes.close()
})

function realKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const id = publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('hex')
  if (!isDeviceId(id)) throw new Error('a key of another length')
  return { id, sign: (message: Uint8Array) => sign(null, message, privateKey) }
}

async function node() {
  const key = realKey()
  const { devices, sessions } = await nodes.open(key.id)
  const device = new Cell(fakeDevice({}, { id: key.id, startedAt: clock.now() }))
  const log = silentLog
  const messages = new Messages({ sessions, devices, wanted: () => {}, clock, log })
  open.push(messages)
  const common = { messages, devices, device, clock, log, sign: key.sign }
  const rename = (name: string) =>
    device.set({ ...device.value, settings: { ...device.value.settings, name } })
  const keep = () => open.push(new Keepers({ alpn: messageAlpn, sessions, devices, clock, log }))
  return { ...key, devices, sessions, messages, common, rename, keep }
}

type Node = Awaited<ReturnType<typeof node>>

async function together(...all: Node[]): Promise<void> {
  const [one, ...others] = all
  if (!one) return
  for (const other of others) await nodes.pair(one, other)
  one.keep()
  await clock.advance(1_000)
}

async function introduce(one: Node, store = memoryStore(), capabilities = ['gangway/x/1']) {
  const introductions = await openIntroductions({ ...one.common, capabilities, store })
  open.push(introductions)
  return introductions
}

/** Says what it likes in the name of a kind. */
function speaker({ messages }: Node, kind: string) {
  const rate = { burst: 1, perSecond: 1 }
  const rest = { mayFrom: () => true, rate, handle() {} }
  const mail = messages.define({ kind, schema: signedSchema, ...rest })
  return (to: Node, word: Signed) =>
    mail.send(to.id, word).then(
      () => 'fine',
      (error: unknown) => (error as { code: string }).code,
    )
}

describe('the device document', () => {
  test('is there after connecting, and again within a second of a change', async () => {
    const [ada, bob] = [await node(), await node()]
    await introduce(ada)
    await introduce(bob)
    await together(ada, bob)
    expect(ada.devices.documentOf(bob.id)).toMatchObject({
      id: bob.id,
      name: 'Laptop',
      capabilities: ['gangway/x/1'],
    })
    bob.rename('Studio')
    await clock.advance(1_000)
    expect(ada.devices.table.get(bob.id)?.name).toBe('Studio')
  })

  test('its number grows with every start and every change, and with nothing else', async () => {
    const ada = await node()
    const bob = await node()
    await introduce(bob)
    const store = memoryStore()
    const first = await introduce(ada, store)
    await together(ada, bob)
    const seq = () => bob.devices.documentOf(ada.id)?.seq
    const one = seq() ?? 0
    expect(one).toBeGreaterThanOrEqual(clock.now() - 1_000)
    ada.rename('Studio')
    await clock.advance(10)
    const second = seq() ?? 0
    expect(second).toBeGreaterThan(one)
    await first.close()
    open.splice(open.indexOf(first), 1)
    await introduce(ada, store)
    const again = async () => {
      ada.sessions.current(bob.id, messageAlpn)?.close('clean')
      await clock.advance(3_000)
      return seq() ?? 0
    }
    const third = await again()
    expect(third).toBeGreaterThan(second)
    expect(await again()).toBe(third)
  })

  test('a profile restored from a copy is believed: with the name it had, and with its next', async () => {
    const [ada, bob] = [await node(), await node()]
    await introduce(bob)
    const copy = memoryStore()
    const first = await introduce(ada, copy)
    const older = new Map(copy.disk)
    await together(ada, bob)
    for (const name of ['Studio', 'Atelier', 'Attic']) {
      ada.rename(name)
      await clock.advance(10)
    }
    expect(bob.devices.documentOf(ada.id)?.name).toBe('Attic')
    await first.close()
    open.splice(open.indexOf(first), 1)
    ada.rename('Laptop')
    await introduce(ada, memoryStore(older))
    ada.sessions.current(bob.id, messageAlpn)?.close('clean')
    await clock.advance(3_000)
    expect(bob.devices.documentOf(ada.id)?.name).toBe('Laptop')
  })

  test('the announcement key comes with it, and a new one to all who remain', async () => {
    const [ada, bob, eve] = [await node(), await node(), await node()]
    for (const each of [ada, bob, eve]) await introduce(each)
    await together(ada, bob, eve)
    await ada.devices.remove(eve.id)
    await clock.advance(100)
    const known = new Map(bob.devices.announcementKeys())
    expect(Buffer.compare(known.get(ada.id) ?? Buffer.of(), ada.devices.announcementKey)).toBe(0)
  })

  test('safety 9: renamed without end, little of it is written down', async () => {
    const [ada, bob] = [await node(), await node()]
    await introduce(ada)
    await introduce(bob)
    await together(ada, bob)
    const written = vi.spyOn(ada.devices, 'setDocument')
    for (let n = 0; n < 100; n++) {
      bob.rename(`Name ${n}`)
      await clock.advance(100)
    }
    expect(written.mock.calls.length).toBeLessThan(25)
    await clock.advance(60_000)
    bob.rename('Studio')
    await clock.advance(1_000)
    expect(ada.devices.table.get(bob.id)?.name).toBe('Studio')
  })

  test('safety 1: signed by another, about another, older, or of another form: not believed', async () => {
    const [ada, bob] = [await node(), await node()]
    await introduce(bob)
    const say = speaker(ada, 'device.document')
    await together(ada, bob)
    const document = {
      id: ada.id,
      seq: 5,
      name: 'Ada',
      kind: 'laptop',
      os: 'Linux',
      version: '1',
      capabilities: [],
    }
    const announcementKey = Buffer.alloc(32, 9).toString('base64')
    const label = 'gangway/document/1'
    const good = { document, announcementKey }
    expect(await say(bob, signed(label, realKey().sign, good))).toBe('frame.malformed')
    expect(await say(bob, signed('gangway/status/1', ada.sign, good))).toBe('frame.malformed')
    const foreign = { ...good, document: { ...document, id: bob.id } }
    expect(await say(bob, signed(label, ada.sign, foreign))).toBe('frame.malformed')
    const bent = { ...good, announcementKey: 'AAAA' }
    expect(await say(bob, signed(label, ada.sign, bent))).toBe('frame.malformed')
    expect(bob.devices.documentOf(ada.id)).toBeNull()
    expect(await say(bob, signed(label, ada.sign, good))).toBe('fine')
    const older = { ...good, document: { ...document, seq: 4, name: 'Old' } }
    expect(await say(bob, signed(label, ada.sign, older))).toBe('message.outdated')
    expect(bob.devices.documentOf(ada.id)?.name).toBe('Ada')
  })
})

describe('the status', () => {
  const status = (rest: Partial<DeviceStatus> = {}): DeviceStatus => ({
    at: clock.now(),
    seq: 1,
    name: 'Ada',
    version: '1',
    uptimeSeconds: 1,
    power: 'mains',
    freeBytes: null,
    load: null,
    transfers: 0,
    ...rest,
  })

  function tell(one: Node, facts = { power: 'mains' as DeviceStatus['power'] }) {
    let transfers = 0
    const sample = async () => ({ ...facts, freeBytes: 1_000, load: 0.5 })
    const statuses = new Statuses({ ...one.common, sample, transfers: () => transfers })
    open.push(statuses)
    return { statuses, facts, transfer: (count: number) => (transfers = count) }
  }

  async function listening() {
    const [ada, bob] = [await node(), await node()]
    tell(bob)
    const say = speaker(ada, 'device.status')
    await together(ada, bob)
    const kept = () => bob.devices.statusOf(ada.id)
    const word = (rest?: Partial<DeviceStatus>) =>
      signed('gangway/status/1', ada.sign, status(rest))
    return {
      bob,
      kept,
      word,
      say: (rest?: Partial<DeviceStatus>) => say(bob, word(rest)),
      tellBob: say,
    }
  }

  test('older than five minutes, or as far from the future: not believed', async () => {
    const { say, kept } = await listening()
    expect(await say({ at: clock.now() - 300_001 })).toBe('message.outdated')
    expect(await say({ at: clock.now() + 300_001 })).toBe('message.outdated')
    expect(kept()).toBeNull()
    expect(await say({ at: clock.now() - 299_000 })).toBe('fine')
  })

  test('out of order: not believed', async () => {
    const { say, kept } = await listening()
    const at = clock.now()
    expect(await say({ at, seq: 2 })).toBe('fine')
    expect(await say({ at, seq: 2, load: 9 })).toBe('message.outdated')
    expect(await say({ at, seq: 1 })).toBe('message.outdated')
    expect(await say({ at: at - 1, seq: 9 })).toBe('message.outdated')
    expect(await say({ at, seq: 3 })).toBe('fine')
    expect(kept()).toMatchObject({ seq: 3, load: null })
  })

  test('of a time that our clock has since been set back from: the next one counts', async () => {
    const { say, kept } = await listening()
    expect(await say({ at: clock.now() + 200_000 })).toBe('fine')
    clock.jump(-3_600_000)
    expect(await say({ seq: 7 })).toBe('fine')
    expect(kept()?.seq).toBe(7)
  })

  test('signed by another: not believed; by an observer: kept', async () => {
    const { bob, tellBob, word, kept } = await listening()
    const forged = signed('gangway/status/1', realKey().sign, status())
    expect(await tellBob(bob, forged)).toBe('frame.malformed')
    for (const id of bob.devices.ids) await bob.devices.change(id, { trust: 'observer' })
    expect(await tellBob(bob, word())).toBe('fine')
    expect(kept()).not.toBeNull()
  })

  test('is told on connecting, every five minutes, and on changes, at most every ten seconds', async () => {
    const [ada, bob] = [await node(), await node()]
    const { statuses, facts, transfer } = tell(ada)
    tell(bob)
    await together(ada, bob)
    const seen: number[] = []
    bob.devices.table.onChange(() => {
      const at = bob.devices.statusOf(ada.id)?.at
      if (at !== undefined && seen.at(-1) !== at) seen.push(at)
    })
    expect(bob.devices.statusOf(ada.id)).toMatchObject({ power: 'mains', load: 0.5 })
    await clock.advance(1_800_000)
    expect(seen.length).toBeGreaterThanOrEqual(6)
    expect(seen.length).toBeLessThanOrEqual(8)
    facts.power = 'battery'
    await clock.advance(61_000)
    expect(bob.devices.statusOf(ada.id)?.power).toBe('battery')
    seen.length = 0
    for (let n = 1; n <= 40; n++) {
      transfer(n)
      statuses.changed()
      await clock.advance(1_000)
    }
    expect(seen.length).toBeGreaterThanOrEqual(3)
    expect(seen.length).toBeLessThanOrEqual(5)
    await clock.advance(10_000)
    expect(bob.devices.statusOf(ada.id)?.transfers).toBe(40)
  })
})

describe('texts', () => {
  async function writing() {
    const [ada, bob] = [await node(), await node()]
    const [here, there] = [new Texts(ada.messages, clock), new Texts(bob.messages, clock)]
    open.push(here, there)
    await together(ada, bob)
    return { ada, bob, here, there }
  }

  test('arrive, are kept until they are dismissed, and the oldest make room', async () => {
    const { ada, bob, here, there } = await writing()
    for (let n = 0; n < 102; n++) {
      await here.send(bob.id, `text ${n}`)
      await clock.advance(2_000)
    }
    const rows = there.received.rows
    expect(rows).toHaveLength(100)
    expect(rows[0]).toMatchObject({ from: ada.id, text: 'text 2', at: expect.any(Number) })
    there.dismiss(rows[0]?.id ?? '')
    expect(there.received.rows).toHaveLength(99)
  })

  test('safety 9: a flood is turned down, and pushes out nothing that others wrote', async () => {
    const { ada, bob, here, there } = await writing()
    const eve = await node()
    const flood = new Texts(eve.messages, clock)
    open.push(flood)
    await together(eve, bob)
    await here.send(bob.id, 'from ada')
    const codes = new Set<string>()
    for (let n = 0; n < 60; n++) {
      await flood.send(bob.id, 'x').catch((error: unknown) => codes.add(Fault.of(error).code))
    }
    expect([...codes]).toEqual(['peer.busy'])
    expect(there.received.rows).toHaveLength(31)
    for (let n = 0; n < 100; n++) {
      await clock.advance(2_000)
      await flood.send(bob.id, 'x')
    }
    expect(there.received.rows).toHaveLength(100)
    expect(there.received.rows[0]).toMatchObject({ from: ada.id, text: 'from ada' })
  })

  test('safety 4: an observer may not write', async () => {
    const { ada, bob, here, there } = await writing()
    await bob.devices.change(ada.id, { trust: 'observer' })
    await expect(here.send(bob.id, 'hello')).rejects.toMatchObject({ code: 'message.refused' })
    expect(there.received.rows).toEqual([])
  })

  test('safety 8: the longest of any writing fits into one message', async () => {
    const { bob, here, there } = await writing()
    for (const letter of ['a', 'é', '漢', '"', '\\', '\n']) {
      await here.send(bob.id, letter.repeat(16_000))
    }
    expect(there.received.rows.map(({ text }) => text.length)).toEqual(Array(6).fill(16_000))
    for (const text of ['', 'a'.repeat(16_001), '\0', '\u001b[2J', '\ud800']) {
      expect(textSchema.safeParse(text).success, JSON.stringify(text)).toBe(false)
    }
    expect(textSchema.safeParse('👩‍👩‍👧 \t\r\n').success).toBe(true)
  })
})
