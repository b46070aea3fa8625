import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readExactly } from '#core/wire/bytes.ts'
import type { ByteStream, Connection } from '#core/endpoint/types.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { openLoopbackEndpoint, targetOf } from '../../support/endpoints.ts'
import { memoryConnections } from '../../support/memory-connection.ts'

const alpn: Alpn = 'gangway/test/1'

interface Pair {
  readonly dialler: Connection
  readonly accepter: Connection
  close(): Promise<void>
}

async function overIroh(): Promise<Pair> {
  const a = await openLoopbackEndpoint([])
  const b = await openLoopbackEndpoint([alpn])
  const knock = b.accept()
  const dialling = a.connect(targetOf(b), alpn, { deadlineMs: 5_000 })
  const accepter = await (await knock)?.accept({ deadlineMs: 5_000 })
  if (!accepter) throw new Error('nobody knocked')
  return {
    dialler: await dialling,
    accepter,
    close: async () => void (await Promise.all([a.close(), b.close()])),
  }
}

async function inMemory(): Promise<Pair> {
  const [dialler, accepter] = ['a'.repeat(64) as DeviceId, 'b'.repeat(64) as DeviceId]
  return { ...memoryConnections({ alpn, dialler, accepter }), close: async () => {} }
}

function patterned(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 256)
}

const text = (words: string) => new TextEncoder().encode(words)

async function readAll(stream: ByteStream, maxBytes = 10_000): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for (;;) {
    const piece = await stream.read(maxBytes)
    if (piece === null) return Buffer.concat(pieces)
    expect(piece.length).toBeGreaterThan(0)
    expect(piece.length).toBeLessThanOrEqual(maxBytes)
    pieces.push(piece)
  }
}

describe.each([
  ['iroh', overIroh],
  ['memory', inMemory],
])('a connection over %s', (_, open) => {
  let pair: Pair
  beforeEach(async () => {
    pair = await open()
  })
  afterEach(() => pair.close())

  async function streams(): Promise<[ByteStream, ByteStream]> {
    const near = await pair.dialler.openStream()
    await near.write(text('!'))
    const far = await pair.accepter.acceptStream()
    expect(await far.read(1)).toEqual(text('!'))
    return [near, far]
  }

  it('knows both ends', () => {
    expect(pair.dialler).toMatchObject({ alpn, side: 'dialler' })
    expect(pair.accepter).toMatchObject({ alpn, side: 'accepter' })
    expect(pair.dialler.peer).toMatch(/^[0-9a-f]{64}$/)
    expect(pair.dialler.peer).not.toBe(pair.accepter.peer)
  })

  it('brings every byte in order, never more at once than asked, then the end, again and again', async () => {
    const [near, far] = await streams()
    const sent = patterned(700_001)
    const reading = readAll(far)
    await near.write(sent.subarray(0, 7))
    await near.write(sent.subarray(7))
    await near.finish()
    expect(Buffer.compare(await reading, sent)).toBe(0)
    expect(await far.read(1)).toBeNull()
    expect(await far.read(1)).toBeNull()
  })

  it('carries both directions and several streams apart from each other', async () => {
    const [near, far] = await streams()
    const other = await pair.accepter.openStream()
    await other.write(text('other'))
    await far.write(text('answer'))
    const otherEnd = await pair.dialler.acceptStream()
    expect(await readExactly(otherEnd, 5)).toEqual(text('other'))
    expect(await readExactly(near, 6)).toEqual(text('answer'))
  })

  it('loses no byte when a read is cancelled', async () => {
    const [near, far] = await streams()
    const controller = new AbortController()
    const reading = far.read(100, controller.signal)
    controller.abort()
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
    await near.write(text('kept'))
    expect(await readExactly(far, 4)).toEqual(text('kept'))
  })

  it('loses no stream when its acceptance is cancelled', async () => {
    const controller = new AbortController()
    const accepting = pair.accepter.acceptStream(controller.signal)
    controller.abort()
    await expect(accepting).rejects.toMatchObject({ name: 'AbortError' })
    const near = await pair.dialler.openStream()
    await near.write(text('kept'))
    const far = await pair.accepter.acceptStream()
    expect(await readExactly(far, 4)).toEqual(text('kept'))
  })

  it('tells the reader why the writer gave up, every time it asks', async () => {
    const [near, far] = await streams()
    near.reset('peer.busy')
    await expect(far.read(10)).rejects.toMatchObject({ code: 'peer.busy' })
    await expect(far.read(10)).rejects.toMatchObject({ code: 'peer.busy' })
    await expect(near.write(text('x'))).rejects.toThrow('given up')
  })

  it('tells the writer why the reader gave up', async () => {
    const [near, far] = await streams()
    far.stop('frame.oversize')
    await expect(far.read(1)).rejects.toMatchObject({ name: 'AbortError' })
    const writing = async () => {
      for (;;) await near.write(patterned(1_000))
    }
    await expect(writing()).rejects.toMatchObject({ code: 'frame.oversize' })
  })

  it('does not write after finishing', async () => {
    const [near] = await streams()
    await near.finish()
    await expect(near.write(text('x'))).rejects.toThrow('finished')
  })

  it('makes a writer wait for its reader, and a cancelled write ends the stream', async () => {
    const [near, far] = await streams()
    const controller = new AbortController()
    let done = false
    const writing = near.write(patterned(8_000_000), controller.signal).finally(() => (done = true))
    writing.catch(() => {})
    await readExactly(far, 1_000)
    expect(done).toBe(false)
    controller.abort()
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' })
    await expect(near.write(text('x'))).rejects.toThrow('given up')
    await expect(readAll(far)).rejects.toMatchObject({ code: 'peer.closed' })
  })

  it('does nothing for somebody who has left already', async () => {
    const [near, far] = await streams()
    const signal = AbortSignal.abort()
    for (const attempt of [
      () => near.write(text('x'), signal),
      () => far.read(1, signal),
      () => pair.dialler.openStream(signal),
      () => pair.dialler.acceptStream(signal),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ name: 'AbortError' })
    }
  })

  it('shows both ends the code it was closed with, and fails what waits', async () => {
    const [near, far] = await streams()
    const waiting = [near.read(1), far.read(1), pair.accepter.acceptStream()]
    const failures = Promise.allSettled(waiting)
    pair.accepter.close('peer.refused')
    expect(await pair.dialler.closed).toEqual({ code: 'peer.refused', byPeer: true })
    expect(await pair.accepter.closed).toEqual({ code: 'peer.refused', byPeer: false })
    for (const failure of await failures) {
      expect(failure).toMatchObject({ status: 'rejected', reason: { code: 'peer.refused' } })
    }
    await expect(pair.dialler.openStream()).rejects.toMatchObject({ code: 'peer.refused' })
    await expect(near.write(text('x'))).rejects.toMatchObject({ code: 'peer.refused' })
  })

  it('keeps the first reason when it is closed again', async () => {
    pair.dialler.close('core.closing')
    pair.dialler.close('internal')
    expect(await pair.dialler.closed).toEqual({ code: 'core.closing', byPeer: false })
    expect(await pair.accepter.closed).toEqual({ code: 'core.closing', byPeer: true })
  })

  it('closes cleanly: no fault here, an ended connection there', async () => {
    const [near, far] = await streams()
    const here = expect(near.read(1)).rejects.toMatchObject({ name: 'AbortError' })
    const there = expect(far.read(1)).rejects.toMatchObject({ code: 'peer.closed' })
    pair.dialler.close('clean')
    await Promise.all([here, there])
    expect(await pair.dialler.closed).toEqual({ code: 'clean', byPeer: false })
    expect(await pair.accepter.closed).toEqual({ code: 'clean', byPeer: true })
  })
})
