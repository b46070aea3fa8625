import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createLog, silentLog, type LogLine } from '#core/base/log.ts'
import { encoded } from '#core/messages/envelope.ts'
import { messageAlpn, Messages, type MessageKind } from '#core/messages/messages.ts'
import { Keepers } from '#core/sessions/keepers.ts'
import { Fault } from '#shared/faults.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { MemoryNodes } from '../../support/memory-nodes.ts'

const noteSchema = z.strictObject({ text: z.string().max(1_000) })

let clock: FakeClock
let nodes: MemoryNodes
const open: { close(): void }[] = []
beforeEach(() => {
  clock = new FakeClock()
  nodes = new MemoryNodes(clock)
})
afterEach(() => {
  for (const part of open.splice(0).reverse()) part.close()
  nodes.close()
})

async function node(n: number, log = silentLog) {
  const { id, devices, sessions } = await nodes.open(n)
  const wanted = () => keepers.stirred()
  const messages = new Messages({ sessions, devices, wanted, clock, log })
  const keepers = new Keepers({ alpn: messageAlpn, sessions, devices, clock, log })
  open.push(messages, keepers)
  return { id, devices, sessions, messages, keepers }
}

async function two() {
  const [ada, bob] = [await node(1), await node(2)]
  await nodes.pair(ada, bob)
  await clock.advance(1_000)
  return { ada, bob }
}

type Node = Awaited<ReturnType<typeof node>>

function notes(
  { messages }: Node,
  rest: Partial<MessageKind<typeof noteSchema>> = {},
  got: string[] = [],
) {
  const mail = messages.define({
    kind: 'note',
    schema: noteSchema,
    mayFrom: (trust) => trust !== 'observer',
    rate: { burst: 1_000, perSecond: 1 },
    handle: (_, { text }) => void got.push(text),
    ...rest,
  })
  return { ...mail, got }
}

function drop(from: Node, to: Node): void {
  from.sessions.current(to.id, messageAlpn)?.close('clean')
}

const settle = () => clock.advance(0)

describe('a message', () => {
  test('arrives, and its sender knows', async () => {
    const { ada, bob } = await two()
    const [mail, there] = [notes(ada), notes(bob)]
    await mail.send(bob.id, { text: 'hello' })
    mail.post(bob.id, { text: 'by the way' })
    await settle()
    expect(there.got).toEqual(['hello', 'by the way'])
  })

  test('cut off before, while or after it is handled: it arrives, once, and its sender knows', async () => {
    const { ada, bob } = await two()
    const mail = notes(ada)
    let finish = () => {}
    const finished = new Promise<void>((resolve) => (finish = resolve))
    const got: string[] = []
    notes(bob, {
      handle: async (_, { text }) => {
        got.push(text)
        if (text === 'slow') await finished
      },
    })
    const before = mail.send(bob.id, { text: 'before' })
    drop(ada, bob)
    await clock.advance(2_000)
    await before
    const during = mail.send(bob.id, { text: 'slow' })
    await settle()
    drop(bob, ada)
    await clock.advance(2_000)
    finish()
    await during
    const after = mail.send(bob.id, { text: 'after' })
    // Handled, and the answer lost.
    await new Promise((resolve) => setImmediate(resolve))
    drop(bob, ada)
    await clock.advance(2_000)
    await after
    expect(got).toEqual(['before', 'slow', 'after'])
  })

  test('for a device that is away waits for it, as long as it was given', async () => {
    const { ada, bob } = await two()
    const [mail, there] = [notes(ada), notes(bob)]
    nodes.gone.add(bob.id)
    drop(ada, bob)
    const waiting = mail.send(bob.id, { text: 'later' }, { deadlineMs: 60_000 })
    const lost = expect(
      mail.send(bob.id, { text: 'too late' }, { deadlineMs: 5_000 }),
    ).rejects.toMatchObject({ code: 'peer.unreachable' })
    await clock.advance(10_000)
    await lost
    nodes.gone.delete(bob.id)
    await clock.advance(20_000)
    await waiting
    expect(there.got).toEqual(['later'])
  })

  test('that is never answered fails at its deadline', async () => {
    const { ada, bob } = await two()
    const mail = notes(ada)
    notes(bob, { handle: () => new Promise<void>(() => {}) })
    const failure = expect(mail.send(bob.id, { text: 'hello' })).rejects.toMatchObject({
      code: 'deadline.passed',
    })
    await clock.advance(30_000)
    await failure
  })

  test('on its way keeps a close watch over the session, and no longer', async () => {
    const { ada, bob } = await two()
    const mail = notes(ada)
    let finish = () => {}
    notes(bob, { handle: () => new Promise<void>((resolve) => (finish = resolve)) })
    const sending = mail.send(bob.id, { text: 'hello' })
    await settle()
    expect(ada.sessions.isBusy(bob.id)).toBe(true)
    finish()
    await sending
    expect(ada.sessions.isBusy(bob.id)).toBe(false)
  })

  test('waiting for somebody who is then removed is given up', async () => {
    const { ada, bob } = await two()
    const mail = notes(ada)
    nodes.gone.add(bob.id)
    drop(ada, bob)
    const failure = expect(mail.send(bob.id, { text: 'hello' })).rejects.toMatchObject({
      code: 'device.unknown',
    })
    await settle()
    await ada.devices.remove(bob.id)
    await failure
    await expect(mail.send(bob.id, { text: 'hello' })).rejects.toMatchObject({
      code: 'device.unknown',
    })
  })

  test('too many for one device are refused here', async () => {
    const { ada, bob } = await two()
    const mail = notes(ada)
    nodes.gone.add(bob.id)
    drop(ada, bob)
    const codes = new Set<string>()
    const all = Array.from({ length: 300 }, () =>
      mail.send(bob.id, { text: 'x' }, { deadlineMs: 1_000 }).catch((error: unknown) => {
        codes.add(Fault.of(error).code)
      }),
    )
    await clock.advance(1_000)
    await Promise.all(all)
    expect([...codes].sort()).toEqual(['peer.busy', 'peer.unreachable'])
  })
})

describe('safety 10: what is not accepted is turned down with a code', () => {
  test('a kind nobody knows, a body that does not fit, a sender who may not, a refusal, a bug', async () => {
    const { ada, bob } = await two()
    const mail = notes(ada)
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'fine',
        (error: unknown) => Fault.of(error).code,
      )
    const send = () => codeOf(mail.send(bob.id, { text: 'hello' }))
    expect(await send()).toBe('message.unknown')
    const wrong = bob.messages.define({
      kind: 'note',
      schema: z.strictObject({ text: z.number() }),
      mayFrom: () => true,
      rate: { burst: 10, perSecond: 1 },
      handle: () => {},
    })
    expect(await send()).toBe('frame.malformed')
    wrong.withdraw()
    let fail = (): Error => new Fault('disk.full')
    const there = notes(bob, {
      handle: () => {
        throw fail()
      },
    })
    expect(await send()).toBe('disk.full')
    fail = () => new Error('a bug')
    expect(await send()).toBe('internal')
    await bob.devices.change(ada.id, { trust: 'observer' })
    expect(await send()).toBe('message.refused')
    there.withdraw()
    expect(await send()).toBe('message.unknown')
    expect(ada.sessions.current(bob.id, messageAlpn)?.isOpen).toBe(true)
  })

  test.each([
    ['no JSON', Buffer.from('hello')],
    ['no text', Buffer.from([0xff, 0xfe])],
    ['nothing', new Uint8Array()],
    ['an unknown type', Buffer.from('{"type":"other"}')],
    ['an id of another form', Buffer.from('{"type":"answer","id":"1","fault":null}')],
    [
      'a word too many',
      Buffer.from(`{"type":"answer","id":"${'0'.repeat(32)}","fault":null,"more":1}`),
    ],
    ['very deep JSON', Buffer.from('['.repeat(60_000))],
  ])('safety 8: %s in place of a message ends the session', async (_, bytes) => {
    const { ada, bob } = await two()
    const channel = ada.sessions.current(bob.id, messageAlpn)
    await channel?.send(bytes)
    expect(await channel?.closed).toEqual({ code: 'frame.malformed', byPeer: true })
  })

  test('answers to what was never asked change nothing', async () => {
    const { ada, bob } = await two()
    const channel = ada.sessions.current(bob.id, messageAlpn)
    await channel?.send(encoded({ type: 'answer', id: '0'.repeat(32), fault: null }))
    await channel?.send(encoded({ type: 'answer', id: '0'.repeat(32), fault: 'from.tomorrow' }))
    await settle()
    expect(channel?.isOpen).toBe(true)
  })

  test('one id twice is handled once, however different the rest is', async () => {
    const { ada, bob } = await two()
    const there = notes(bob)
    const channel = ada.sessions.current(bob.id, messageAlpn)
    for (const text of ['one', 'two']) {
      const id = '1'.repeat(32)
      await channel?.send(
        encoded({ type: 'message', id, kind: 'note', answer: true, body: { text } }),
      )
    }
    await settle()
    expect(there.got).toEqual(['one'])
  })

  test('safety 9: while many are being handled no more are taken in', async () => {
    const { ada, bob } = await two()
    let running = 0
    notes(bob, {
      handle: () => {
        running += 1
        return new Promise<void>(() => {})
      },
    })
    const mail = notes(ada)
    for (let n = 0; n < 90; n++) mail.post(bob.id, { text: 'again' })
    await clock.advance(1_000)
    expect(running).toBe(32)
  })

  test('safety 9: more of a kind than is taken of one device is turned down, and others are heard', async () => {
    const [ada, bob, eve] = [await node(1), await node(2), await node(3)]
    await nodes.pair(ada, bob)
    await nodes.pair(eve, bob)
    await clock.advance(1_000)
    const there = notes(bob, { rate: { burst: 3, perSecond: 0.5 } })
    const flood = notes(eve)
    for (let n = 0; n < 100; n++) flood.post(bob.id, { text: `${n}` })
    await settle()
    expect(there.got).toEqual(['0', '1', '2'])
    await expect(flood.send(bob.id, { text: 'more' })).rejects.toMatchObject({ code: 'peer.busy' })
    await notes(ada).send(bob.id, { text: 'hello' })
    await clock.advance(2_000)
    await flood.send(bob.id, { text: 'later' })
    expect(there.got.slice(3)).toEqual(['hello', 'later'])
  })

  test('safety 9: a device that is turned down all the time leaves few lines in the log', async () => {
    const lines: string[] = []
    const sink = { write: ({ event }: LogLine) => void lines.push(event), close: () => {} }
    const [ada, bob] = [await node(1), await node(2, createLog('info', [sink]))]
    await nodes.pair(ada, bob)
    await clock.advance(1_000)
    const mail = notes(ada)
    for (let n = 0; n < 500; n++) mail.post(bob.id, { text: 'x' })
    await settle()
    const told = lines.filter((event) => event === 'a message was turned down')
    expect(told.length).toBeGreaterThan(0)
    expect(told.length).toBeLessThan(30)
  })

  test('two kinds of one name are a mistake of ours', async () => {
    const { ada } = await two()
    notes(ada)
    expect(() => notes(ada)).toThrow('note is defined already')
  })
})

test('a ping tells how long there and back takes', async () => {
  const { ada, bob } = await two()
  expect(await ada.messages.ping(bob.id)).toBeGreaterThanOrEqual(0)
})
