import { describe, expect, test } from 'vitest'
import { extract } from '#core/crypto/hash.ts'
import { transferKey } from '#core/sessions/session-keys.ts'
import {
  FrameOpener,
  FrameSealer,
  type FrameKey,
  type FrameKind,
} from '#core/transfers/lanes/frame.ts'
import { greetAsDialler, greetAsListener, helloLength } from '#core/transfers/lanes/greeting.ts'
import { Inlet } from '#core/transfers/lanes/inlet.ts'
import { joined } from '#core/transfers/lanes/parts.ts'
import { memoryPipes } from '#core/transfers/lanes/memory/memory-pipe.ts'
import type { Pipe } from '#core/transfers/lanes/pipe.ts'
import { fromHex, toHex } from '../support/bytes.ts'
import vectors from './lane-1.json' with { type: 'json' }

type Side = 'sender' | 'receiver'

const transferId = fromHex(vectors.transfer)
const { stream, epoch } = vectors
const laneKeys = { sender: laneKeyOf('sender'), receiver: laneKeyOf('receiver') }

/** As noise.ts and the transfers make it. */
function laneKeyOf(side: Side): Uint8Array {
  const secret = extract(fromHex(vectors.handshakeHash), fromHex(vectors.sessionKeys[side]))
  return transferKey(secret, { transferId, stream, epoch })
}

function keysAt(side: Side) {
  const other = side === 'sender' ? 'receiver' : 'sender'
  return { send: laneKeys[side], receive: laneKeys[other], transferId, stream }
}

/** A pipe, and everything that is written to it. */
function recorded(pipe: Pipe): { pipe: Pipe; written: string[] } {
  const written: string[] = []
  return {
    written,
    pipe: {
      kind: pipe.kind,
      here: pipe.here,
      deliverTo: (taker) => pipe.deliverTo(taker),
      pause: () => pipe.pause(),
      resume: () => pipe.resume(),
      write: (pieces) => {
        written.push(toHex(Buffer.concat(pieces)))
        return pipe.write(pieces)
      },
      finish: () => pipe.finish(),
      destroy: () => pipe.destroy(),
    },
  }
}

function contestOf(side: Side, nonce: string) {
  return {
    keys: keysAt(side),
    role: side === 'receiver' ? ('decides' as const) : ('follows' as const),
    claim: () => true,
    random: () => fromHex(nonce),
  }
}

async function greeting(dials: Side) {
  const [here, there] = memoryPipes().map(recorded)
  if (!here || !there) throw new Error('two ends')
  const [inletHere, inletThere] = [new Inlet(here.pipe), new Inlet(there.pipe)]
  const listens = dials === 'sender' ? 'receiver' : 'sender'
  const listening = async () => {
    const hello = await inletThere.take(helloLength)
    const contest = contestOf(listens, vectors.nonces.listener)
    return greetAsListener(there.pipe, inletThere, hello, contest)
  }
  const dialling = contestOf(dials, vectors.nonces.dialler)
  const [mine, theirs] = await Promise.all([
    greetAsDialler(here.pipe, inletHere, dialling),
    listening(),
  ])
  await Promise.all([here.pipe.destroy(), there.pipe.destroy()])
  expect(theirs.receive.key).toEqual(mine.send.key)
  return { mine, theirs, said: { dialler: here.written, listener: there.written } }
}

interface Frame {
  readonly kind: string
  readonly plain: string
  readonly bytes: string
}

function kindIn({ kind }: Frame): FrameKind {
  if (kind === 'data' || kind === 'keepAlive' || kind === 'final') return kind
  throw new Error(`no kind of frame: ${kind}`)
}

function sealedWith(key: FrameKey, frames: readonly Frame[]): Frame[] {
  const sealer = new FrameSealer(key)
  return frames.map((frame) => {
    const pieces = sealer.seal([fromHex(frame.plain)], kindIn(frame))
    return { ...frame, bytes: toHex(Buffer.concat(pieces)) }
  })
}

/** From the bytes alone. */
function openedWith(key: FrameKey, frames: readonly Frame[]) {
  const opened: { kind: string; plain: string }[] = []
  const opener = new FrameOpener(key, ({ kind, parts }) =>
    opened.push({ kind, plain: toHex(joined(parts)) }),
  )
  for (const { bytes } of frames) opener.push(fromHex(bytes))
  return opened
}

function plainOf(frames: readonly Frame[]) {
  return frames.map(({ kind, plain }) => ({ kind, plain }))
}

describe('gangway/lane/1', () => {
  test('the lane keys of both directions', () => {
    expect(toHex(laneKeys.sender)).toBe(vectors.laneKeys.sender)
    expect(toHex(laneKeys.receiver)).toBe(vectors.laneKeys.receiver)
  })

  test.each(vectors.greetings)('the greeting, dialled by the $dials', async (vector) => {
    const dials = vector.dials === 'sender' ? 'sender' : 'receiver'
    const { mine, theirs, said } = await greeting(dials)
    expect(said).toEqual(
      vector.ready === null
        ? { dialler: [vector.hello, vector.chosen], listener: [vector.welcome] }
        : { dialler: [vector.hello, vector.ready], listener: [vector.welcome, vector.chosen] },
    )
    const sent = { [dials]: mine.send, [dials === 'sender' ? 'receiver' : 'sender']: theirs.send }
    for (const side of ['sender', 'receiver'] as const) {
      expect(toHex(sent[side]?.key ?? new Uint8Array())).toBe(vector.frameKeys[side])
    }
  })

  test.each(['sender', 'receiver'] as const)('frames of the %s', (side) => {
    const key = fromHex(vectors.greetings[0]?.frameKeys[side] ?? '')
    const frames = vectors.frames.filter(({ from }) => from === side)
    expect(sealedWith({ key, transferId, stream }, frames)).toEqual(frames)
    expect(openedWith({ key, transferId, stream }, frames)).toEqual(plainOf(frames))
  })

  test('frames under the next keys', () => {
    const key = fromHex(vectors.greetings[0]?.frameKeys.sender ?? '')
    const { afterBytes: rekeyAfterBytes, frames } = vectors.rekeyed
    const frameKey = { key, transferId, stream, rekeyAfterBytes }
    expect(sealedWith(frameKey, frames)).toEqual(frames)
    expect(openedWith(frameKey, frames)).toEqual(plainOf(frames))
  })
})
