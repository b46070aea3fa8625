import { expect, test } from 'vitest'
import type { MoverEvent } from '#core/transfers/movers/messages.ts'
import { Journal } from '#core/transfers/movers/receiver/journal.ts'

type Kept = Extract<MoverEvent, { event: 'journal' }>

const hint = (sent: string) => ({ sent, path: sent, size: 1, mtimeMs: 0, blake3: '' })
const partial = (verified: number) => ({ index: 9, sent: 'film', size: 99, mtimeMs: 0, verified })

function openJournal() {
  const told: Kept[] = []
  const journal = new Journal((event) => event.event === 'journal' && told.push(event))
  return { told, journal }
}

test('what comes while something is being kept is kept together, in its order', async () => {
  const { told, journal } = openJournal()
  const then: string[] = []
  for (let n = 0; n < 100; n++) {
    journal.write([hint(`file ${n}`)], [partial(n)], () => then.push(`file ${n}`))
  }
  expect(told.map(({ landed }) => landed.length)).toEqual([1])
  let isIdle = false
  const idle = journal.idle().then(() => (isIdle = true))
  journal.written(told[0]?.batch ?? 0)
  expect(then).toEqual(['file 0'])
  expect(told.map(({ landed }) => landed.length)).toEqual([1, 99])
  expect(told[1]?.landed.at(-1)?.sent).toBe('file 99')
  expect(told[1]?.partial).toEqual([partial(99)])
  await Promise.resolve()
  expect(isIdle).toBe(false)
  journal.written(told[1]?.batch ?? 0)
  await idle
  expect(then.length).toBe(100)
  expect(then.at(-1)).toBe('file 99')
})

test('nothing is acknowledged twice, and no batch is without end', () => {
  const { told, journal } = openJournal()
  let then = 0
  for (let n = 0; n < 5_000; n++) journal.write([hint(`file ${n}`)], [], () => then++)
  for (let batch = 0; batch < told.length; batch++) {
    journal.written(told[batch]?.batch ?? 0)
    journal.written(told[batch]?.batch ?? 0)
  }
  expect(then).toBe(5_000)
  expect(told.length).toBeLessThan(10)
  expect(Math.max(...told.map(({ landed }) => landed.length))).toBeLessThan(1_100)
})
