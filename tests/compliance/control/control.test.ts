import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createConnection, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { maxRequestBytes } from '#shared/channel/messages.ts'
import type { StreamItem } from '#shared/contract.ts'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import { attach } from '#core/control/attach.ts'
import { openControl } from '#core/control/open-control.ts'
import { closing } from '../../support/closing.ts'
import { fakeApi } from '../../support/fake-api.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeDevice, fakeNearby } from '../../support/fake-devices.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const own = closing()

async function running(subfolder = '', clock = systemClock) {
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  const dataDir = join(folder.path, subfolder)
  mkdirSync(dataDir, { recursive: true })
  const fake = fakeApi()
  const control = own(await openControl({ dataDir, api: fake.api, clock, log: silentLog }))
  return { dataDir, control, ...fake }
}

const never = new AbortController().signal

async function attached(dataDir: string) {
  const attachment = await attach(dataDir, systemClock, never)
  if (!attachment) throw new Error('nobody there')
  return own(attachment)
}

function pointOf(dataDir: string): { path: string; token: string; pid: number } {
  return JSON.parse(readFileSync(join(dataDir, 'control.json'), 'utf8'))
}

interface Raw {
  readonly socket: Socket
  readonly state: { answer: string; closed: boolean }
}

/** A client that says what it likes. */
function rawTo(path: string, ...lines: (string | Buffer)[]): Raw {
  const socket = createConnection(path)
  const state = { answer: '', closed: false }
  socket.on('data', (data) => (state.answer += String(data)))
  socket.on('error', () => {})
  socket.on('close', () => (state.closed = true))
  for (const line of lines) socket.write(line)
  own({ close: () => socket.destroy() })
  return { socket, state }
}

function hello(dataDir: string): string {
  return `${JSON.stringify({ token: pointOf(dataDir).token })}\n`
}

describe('who finds the instance', () => {
  test('drives it: calls and streams, two at a time', async () => {
    const { dataDir, nearby } = await running()
    const [one, other] = [await attached(dataDir), await attached(dataDir)]
    const items: StreamItem<'nearby.watch'>[] = []
    const stop = new AbortController()
    const watching = one.client.watch('nearby.watch', (item) => items.push(item), stop.signal)
    await until('the snapshot came', () => items.length === 1)
    nearby.put(fakeNearby(1))
    await until('the change came', () => items.length === 2)
    await other.client.call('settings.change', { name: 'Studio' })
    const { device } = await one.client.call('status.get', {})
    expect(device.settings.name).toBe('Studio')
    stop.abort()
    await watching
    await until('the core no longer watches', () => nearby.watchers === 0)
  })

  test('a client that leaves takes its streams along', async () => {
    const { dataDir, nearby } = await running()
    const attachment = await attached(dataDir)
    const watching = attachment.client.watch('nearby.watch', () => {})
    await until('the core watches', () => nearby.watchers === 1)
    attachment.close()
    await expect(watching).rejects.toMatchObject({ code: 'host.lost' })
    await until('the core no longer watches', () => nearby.watchers === 0)
  })

  test('an instance that closes says so, and leaves nothing behind', async () => {
    const { dataDir, control } = await running()
    const { path } = pointOf(dataDir)
    const { client } = await attached(dataDir)
    await control.close()
    await expect(client.call('status.get', {})).rejects.toMatchObject({ code: 'host.lost' })
    expect(statSync(join(dataDir, 'control.json'), { throwIfNoEntry: false })).toBeUndefined()
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined()
    await expect(attach(dataDir, systemClock, never)).resolves.toBeNull()
  })

  test('a slow reader gets the newest state and does not fill the memory', async () => {
    const { dataDir, device } = await running()
    const { socket, state } = rawTo(pointOf(dataDir).path, hello(dataDir))
    socket.write('{"type":"open","id":1,"name":"device.watch"}\n')
    await until('the first item came', () => state.answer.includes('"item"'))
    socket.pause()
    const big = 'x'.repeat(200_000)
    for (let turn = 0; turn < 200; turn++) {
      device.set(fakeDevice({}, { os: `${turn} ${big}` }))
      await new Promise((resolve) => setImmediate(resolve))
    }
    socket.resume()
    await until('the newest came', () => state.answer.includes('"199 x'))
    expect(state.answer.split('\n').length).toBeLessThan(50)
    expect(state.closed).toBe(false)
  })
})

describe('safety 29: who does not know the token', () => {
  test.each([
    ['a wrong token', `{"token":"${'A'.repeat(43)}"}\n`],
    ['no token', '{"type":"call","id":1,"name":"status.get","input":{}}\n'],
    ['a token of the wrong type', '{"token":["a"]}\n'],
    ['null', 'null\n'],
    ['garbage', '\u0000\u0001GET / HTTP/1.1\r\n\r\n'],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x0a])],
  ])('%s: closed without an answer', async (_name, line) => {
    const { dataDir } = await running()
    const { state } = rawTo(pointOf(dataDir).path, line, '{"type":"call","id":1}\n')
    await until('the connection was closed', () => state.closed)
    expect(state.answer).toBe('')
  })

  test('says nothing: closed after two seconds', async () => {
    const clock = new FakeClock()
    const { dataDir } = await running('', clock)
    const { state } = rawTo(pointOf(dataDir).path, '{"tok')
    await until('the core waits', () => clock.pending === 1)
    await clock.advance(2_000)
    await until('the connection was closed', () => state.closed)
    expect(state.answer).toBe('')
  })

  test('the token and the socket are for this user alone', async () => {
    const { dataDir } = await running()
    expect(statSync(join(dataDir, 'control.json')).mode & 0o777).toBe(0o600)
    expect(statSync(pointOf(dataDir).path).mode & 0o777).toBe(0o600)
  })
})

describe('safety 8: what is too long or makes no sense', () => {
  test('a line beyond the limit ends the connection, with or without its end', async () => {
    const { dataDir } = await running()
    const { state } = rawTo(pointOf(dataDir).path, hello(dataDir), 'x'.repeat(maxRequestBytes + 1))
    await until('the connection was closed', () => state.closed)
    expect(state.answer).toBe('{"type":"welcome"}\n')
  })

  test('a line that is not JSON ends the connection', async () => {
    const { dataDir } = await running()
    const { state } = rawTo(pointOf(dataDir).path, hello(dataDir), '{"type":\n')
    await until('the connection was closed', () => state.closed)
    expect(state.answer).toBe('{"type":"welcome"}\n')
  })

  test('JSON that is no request is passed over, and the next is answered', async () => {
    const { dataDir } = await running()
    const { state } = rawTo(
      pointOf(dataDir).path,
      hello(dataDir),
      '{"type":"open"}\n[]\n7\n{"type":"call","id":3,"name":"__proto__","input":{}}\n',
    )
    await until('the call was refused', () => state.answer.includes('"id":3'))
    expect(state.answer).toContain('input.invalid')
    expect(state.closed).toBe(false)
  })

  test('lines may arrive one byte at a time', async () => {
    const { dataDir } = await running()
    const { socket, state } = rawTo(pointOf(dataDir).path)
    socket.setNoDelay(true)
    const text = `${hello(dataDir)}{"type":"call","id":5,"name":"status.get","input":{}}\n`
    for (const byte of Buffer.from(text)) socket.write(Buffer.of(byte))
    await until('it was answered', () => state.answer.includes('"id":5'))
    expect(state.answer).toContain('"type":"result"')
  })
})

describe('what a crash leaves behind', () => {
  test('nobody is found at a socket nobody holds', async () => {
    using folder = temporaryFolder()
    const point = { path: join(folder.path, 'control.sock'), token: 'x'.repeat(43), pid: 1 }
    writeFileSync(join(folder.path, 'control.json'), JSON.stringify(point))
    await expect(attach(folder.path, systemClock, never)).resolves.toBeNull()
    writeFileSync(point.path, '')
    await expect(attach(folder.path, systemClock, never)).resolves.toBeNull()
  })

  test.each(['', '{}', 'nonsense', `{"path":"${'x'.repeat(9_000)}"}`])(
    'a damaged file is no instance (%#)',
    async (content) => {
      using folder = temporaryFolder()
      writeFileSync(join(folder.path, 'control.json'), content)
      await expect(attach(folder.path, systemClock, never)).resolves.toBeNull()
    },
  )

  test('a stale socket and file are replaced', async () => {
    const folder = temporaryFolder()
    own({ close: () => folder[Symbol.dispose]() })
    const dataDir = folder.path
    writeFileSync(join(dataDir, 'control.sock'), '')
    writeFileSync(join(dataDir, 'control.json'), 'stale', { mode: 0o644 })
    writeFileSync(join(dataDir, 'control.json.new'), 'stale', { mode: 0o644 })
    own(await openControl({ dataDir, api: fakeApi().api, clock: systemClock, log: silentLog }))
    await (await attached(dataDir)).client.call('status.get', {})
    expect(statSync(join(dataDir, 'control.json')).mode & 0o777).toBe(0o600)
  })

  test('somebody who listens but never answers does not hold a command up', async () => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'control.sock')
    const sockets: Socket[] = []
    const mute = createServer((socket) => sockets.push(socket.resume()))
    await new Promise<void>((resolve) => void mute.listen(path, resolve))
    own({ close: () => mute.close() })
    writeFileSync(
      join(folder.path, 'control.json'),
      JSON.stringify({ path, token: 'x'.repeat(43), pid: 1 }),
    )
    const clock = new FakeClock()
    const attaching = attach(folder.path, clock, never)
    await until('it was called', () => sockets.length === 1)
    await clock.advance(2_000)
    await expect(attaching).resolves.toBeNull()
    await until('it hung up', () => sockets[0]?.destroyed === true)
  })
})

test('a profile whose path is too long for a socket is reached all the same', async () => {
  const { dataDir } = await running('d'.repeat(120))
  const { path } = pointOf(dataDir)
  expect(path.startsWith(dataDir)).toBe(false)
  expect(Buffer.byteLength(path)).toBeLessThan(100)
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
  await (await attached(dataDir)).client.call('status.get', {})
})

test('clients beyond the limit are turned away, and those inside stay', async () => {
  const { dataDir } = await running()
  const { path } = pointOf(dataDir)
  const raws = Array.from({ length: 40 }, () => rawTo(path, hello(dataDir)))
  await until('eight were turned away', () => raws.filter(({ state }) => state.closed).length === 8)
  await until('the others are in', () => raws.filter(({ state }) => state.answer).length === 32)
  expect(raws.filter(({ state }) => state.closed && state.answer)).toEqual([])
})
