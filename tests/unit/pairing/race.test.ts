import { expect, test } from 'vitest'
import { Race } from '#core/pairing/race.ts'
import { Fault } from '#shared/faults.ts'
import { FakeClock } from '../../support/fake-clock.ts'

interface Prize {
  readonly name: string
  close(): void
}

function racing() {
  const closed: string[] = []
  const prize = (name: string): Prize => ({ name, close: () => void closed.push(name) })
  const clock = new FakeClock()
  const race = new Race<Prize>({
    clock,
    signal: new AbortController().signal,
    milliseconds: 15_000,
    lost: () => new Fault('pairing.nobody'),
  })
  return { closed, prize, clock, race }
}

test('the first way to arrive wins, and what arrives after it is closed', async () => {
  const { closed, prize, race } = racing()
  let arriveLate: (late: Prize) => void = () => {}
  race.enter(() => new Promise((resolve) => (arriveLate = resolve)))
  race.enter(async () => prize('first'))
  expect(await race.result()).toMatchObject({ name: 'first' })
  arriveLate(prize('late'))
  await expect.poll(() => closed).toEqual(['late'])
})

test('a way that cannot even be begun is told as what it was', async () => {
  const { clock, race } = racing()
  race.failed(new Error('no memory for this'))
  const result = expect(race.result()).rejects.toMatchObject({ code: 'internal' })
  await clock.advance(3_000)
  await result
})

test('a ticket with many addresses is tried without a warning', async () => {
  const { clock, race } = racing()
  const warnings: Error[] = []
  const listener = (warning: Error) => void warnings.push(warning)
  process.on('warning', listener)
  for (let way = 0; way < 20; way++) {
    race.enter(() => Promise.reject(new Fault('peer.unreachable')))
  }
  const result = expect(race.result()).rejects.toMatchObject({ code: 'pairing.nobody' })
  await clock.advance(15_000)
  await result
  process.off('warning', listener)
  expect(warnings).toEqual([])
})
