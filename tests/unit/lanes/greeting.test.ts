import { describe, expect, it } from 'vitest'
import {
  greetAsDialler,
  greetAsListener,
  helloLength,
  type FrameKeys,
  type Role,
} from '#core/transfers/lanes/greeting.ts'
import { Inlet } from '#core/transfers/lanes/inlet.ts'
import { memoryPipes } from '#core/transfers/lanes/memory/memory-pipe.ts'
import type { Pipe } from '#core/transfers/lanes/pipe.ts'
import { flipped } from '../../support/bytes.ts'
import { closing } from '../../support/closing.ts'
import { laneKeys } from '../../support/lane-ends.ts'

const open = closing()

interface Attempt {
  readonly dialler: Role
  readonly mayClaim?: boolean
  /** Bends what is said: the message's place in the exchange, its bytes. */
  readonly bend?: (place: number, bytes: Uint8Array) => Uint8Array
}

/** Greets over memory; an end that fails hangs up, as its owner would. Null for an end that failed. */
async function greet({ dialler, mayClaim = true, bend = (_, bytes) => bytes }: Attempt) {
  const { here, there } = laneKeys()
  const said: number[] = []
  const [near, far] = memoryPipes().map((pipe): Pipe => {
    open({ close: () => pipe.destroy() })
    const write = (pieces: readonly Uint8Array[]) => {
      const bytes = bend(said.length, Buffer.concat(pieces))
      said.push(bytes.length)
      return pipe.write([bytes])
    }
    return {
      kind: pipe.kind,
      here: pipe.here,
      deliverTo: (taker) => pipe.deliverTo(taker),
      pause: () => pipe.pause(),
      resume: () => pipe.resume(),
      write,
      finish: () => pipe.finish(),
      destroy: () => pipe.destroy(),
    }
  }) as [Pipe, Pipe]
  const [nearInlet, farInlet] = [new Inlet(near), new Inlet(far)]
  const listener = dialler === 'decides' ? 'follows' : 'decides'
  const claim = () => mayClaim
  const ends = [
    greetAsDialler(near, nearInlet, { keys: here, role: dialler, claim }),
    farInlet
      .take(helloLength)
      .then((hello) =>
        greetAsListener(far, farInlet, hello, { keys: there, role: listener, claim }),
      ),
  ]
  const settled = await Promise.all(
    ends.map((end, at) =>
      end.catch(async () => {
        await (at === 0 ? near : far).destroy()
        return null
      }),
    ),
  )
  return { said, keys: settled as [FrameKeys | null, FrameKeys | null] }
}

describe.each(['decides', 'follows'] as const)('greeting where the dialling end %s', (dialler) => {
  const messages = dialler === 'decides' ? [48, 48, 32] : [48, 48, 32, 32]

  it('gives both ends the same keys, and every pipe its own', async () => {
    const { said, keys } = await greet({ dialler })
    const [near, far] = keys
    expect(said).toEqual(messages)
    expect(near?.send).toEqual(far?.receive)
    expect(near?.receive).toEqual(far?.send)
    expect(near?.send.key).not.toEqual(near?.receive.key)
    const other = await greet({ dialler })
    expect(other.keys[0]?.send.key).not.toEqual(near?.send.key)
  })

  it('safety 11: fails at whoever should have seen that a byte was flipped', async () => {
    for (const [message, length] of messages.entries()) {
      for (let at = 0; at < length; at += 7) {
        const bend = (place: number, bytes: Uint8Array) =>
          place === message ? flipped(bytes, at) : bytes
        const { keys, said } = await greet({ dialler, bend })
        const hearer = message % 2 === 0 ? 1 : 0
        expect(keys[hearer]).toBeNull()
        expect(said.length).toBe(message + 1)
      }
    }
  })

  it('chooses nothing where another pipe was chosen', async () => {
    const { keys, said } = await greet({ dialler, mayClaim: false })
    expect(keys).toEqual([null, null])
    expect(said).toEqual(messages.slice(0, -1))
  })
})
