import { expect, test } from 'vitest'
import type { Trust } from '#shared/devices.ts'
import type { Fault } from '#shared/faults.ts'
import { isTransferId } from '#shared/ids.ts'
import { silentLog } from '#core/base/log.ts'
import { Guests } from '#core/probe/guests.ts'
import type { Doors } from '#core/transfers/control.ts'
import { decodeProbe, maxProbeBytes, maxProbeMs } from '#core/probe/messages.ts'
import type { StartMover } from '#core/transfers/mover.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeId } from '../../support/fake-devices.ts'

const doors = { kind: 'tcp' as const, addresses: [] }
const ask = (epoch: number, addresses: string[] = []) =>
  ({
    type: 'ask',
    epoch,
    bytes: 1_000,
    milliseconds: 1_000,
    doors: { kind: 'tcp', addresses },
  }) as const

/** A device that asks, and movers that meet it at once or never. */
function scene({ trust = 'known', meets = true }: { trust?: Trust | null; meets?: boolean } = {}) {
  const clock = new FakeClock()
  const running = new Set<object>()
  const jobs: object[] = []
  const tried: string[] = []
  const startMover: StartMover = (job, _, listener) => {
    const mover = {
      open: async () => doors,
      enter: (_: number, { addresses }: Doors) => {
        tried.push(...addresses)
        if (meets) listener.settled()
      },
      cap() {},
      stop: async () => void running.delete(mover),
    }
    jobs.push(job)
    running.add(mover)
    return mover
  }
  const devices = { trustOf: () => trust }
  const guests = new Guests({ devices, startMover, lanOnly: () => true, clock, log: silentLog })
  const answers: (string | object)[] = []
  const id = '0'.repeat(32)
  if (!isTransferId(id)) throw new Error('an id')
  const keys = { send: new Uint8Array(), receive: new Uint8Array() }
  const line = {
    device: fakeId(1),
    address: '203.0.113.7:4000',
    idOf: () => id,
    keysOf: () => keys,
    busy: () => () => {},
    answer: (epoch: number, answer: object | Fault) =>
      void answers.push('code' in answer ? `${epoch} ${answer.code}` : `${epoch} doors`),
  }
  const gone = new AbortController()
  const come = async (epoch: number, addresses?: string[]) => {
    guests.asked(line, ask(epoch, addresses), gone.signal)
    await clock.advance(0)
  }
  return { clock, guests, line, running, jobs, tried, answers, gone, come }
}

test('safety 9: so many looks in a row, then one in twenty seconds', async () => {
  const { clock, answers, running, come } = scene()
  for (let epoch = 1; epoch <= 8; epoch++) await come(epoch)
  expect(answers.slice(5)).toEqual(['6 doors', '7 peer.busy', '8 peer.busy'])
  await clock.advance(20_000)
  await come(9)
  await come(10)
  expect(answers.slice(8)).toEqual(['9 doors', '10 peer.busy'])
  expect(running.size).toBe(0)
})

test('safety 4: whoever asks sends this device neither to itself nor to services of others', async () => {
  const { tried, come } = scene()
  const services = ['127.0.0.1:5432', '169.254.169.254:8080', '203.0.113.7:22', '10.0.0.1:80']
  await come(1, [...services, '203.0.113.7:4001'])
  expect(tried).toEqual(['203.0.113.7:4001'])
})

test.each(['observer', 'blocked', null] as const)(
  'safety 4: %s may not have anything taken',
  async (trust) => {
    const { answers, jobs, come } = scene({ trust })
    await come(1)
    expect({ answers, jobs }).toEqual({ answers: ['1 message.refused'], jobs: [] })
  },
)

test('whoever asks anew has given up what was under way, and nobody waits for ever', async () => {
  const { clock, answers, running, come, line, guests } = scene({ meets: false })
  await come(1)
  await come(2)
  expect(answers).toEqual(['1 doors', '2 doors'])
  expect(running.size).toBe(1)
  await clock.advance(21_000)
  expect(running.size).toBe(0)
  expect(guests.isServing(line)).toBe(false)
  expect(answers.at(-1)).toBe('2 deadline.passed')
})

test('a session that ends takes its look with it, and so does closing', async () => {
  const first = scene({ meets: false })
  await first.come(1)
  first.gone.abort()
  await first.clock.advance(0)
  expect(first.running.size).toBe(0)
  const second = scene({ meets: false })
  await second.come(1)
  await second.guests.close()
  expect(second.running.size).toBe(0)
})

test('safety 8: a look is bounded before anything is done about it', () => {
  const read = (change: object) =>
    decodeProbe(new TextEncoder().encode(JSON.stringify({ ...ask(1), ...change })))
  expect(read({ bytes: maxProbeBytes, milliseconds: maxProbeMs })).toBeDefined()
  for (const wrong of [
    { bytes: maxProbeBytes + 1 },
    { bytes: -1 },
    { bytes: 2 ** 53 },
    { milliseconds: maxProbeMs + 1 },
    { milliseconds: 0 },
    { epoch: 0 },
    { epoch: 2 ** 32 },
    { doors: { kind: 'memory' } },
    { more: 1 },
  ]) {
    expect(() => read(wrong), JSON.stringify(wrong)).toThrow(
      expect.objectContaining({ code: 'frame.malformed' }),
    )
  }
  for (const garbage of [[], [0xff], [0x7b]]) {
    expect(() => decodeProbe(Uint8Array.from(garbage))).toThrow(
      expect.objectContaining({ code: 'frame.malformed' }),
    )
  }
})
