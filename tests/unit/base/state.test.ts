import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { applyRows } from '#shared/rows.ts'
import { Emitter } from '#core/base/emitter.ts'
import { Cell, Table } from '#core/base/state.ts'

interface Row {
  readonly id: string
  readonly n: number
}

describe('a cell', () => {
  test('gives the value now, then each newer one, and skips equal ones', async () => {
    const cell = new Cell({ n: 1 })
    const controller = new AbortController()
    const items = cell.watch(controller.signal)
    expect((await items.next()).value).toEqual({ n: 1 })
    const next = items.next()
    cell.set({ n: 1 })
    cell.set({ n: 2 })
    expect((await next).value).toEqual({ n: 2 })
    controller.abort()
    expect((await items.next()).done).toBe(true)
    expect(cell.watchers).toBe(0)
  })

  test('a slow watcher gets only the newest', async () => {
    const cell = new Cell({ n: 0 })
    const controller = new AbortController()
    const items = cell.watch(controller.signal)
    await items.next()
    for (let n = 1; n <= 1_000; n++) cell.set({ n })
    expect((await items.next()).value).toEqual({ n: 1_000 })
    await items.return(undefined)
    expect(cell.watchers).toBe(0)
  })
})

describe('a table', () => {
  test('whatever happens and however slowly one looks, a watcher ends with the same rows', async () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      n: fc.nat(3),
      remove: fc.boolean(),
      look: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const table = new Table<Row>()
        const controller = new AbortController()
        const items = table.watch(controller.signal)
        let known: ReadonlyMap<string, Row> = new Map()
        let pending: ReturnType<typeof items.next> | null = null
        const look = async () => {
          pending ??= items.next()
          const news = await Promise.race([pending, Promise.resolve(null)])
          if (!news || news.done) return false
          pending = null
          known = applyRows(known, news.value)
          return true
        }
        for (const { id, n, remove, look: looks } of steps) {
          if (remove) table.remove(id)
          else table.put({ id, n })
          if (looks) await look()
        }
        for (let turn = 0; turn < 8; turn++) {
          await new Promise((resolve) => setImmediate(resolve))
          await look()
        }
        expect(Object.fromEntries(known)).toEqual(
          Object.fromEntries(table.rows.map((row) => [row.id, row])),
        )
        controller.abort()
        await Promise.resolve(pending)
        await items.return(undefined)
        expect(table.watchers).toBe(0)
      }),
      { numRuns: 50 },
    )
  })

  test('putting the same row is no news', async () => {
    const table = new Table<Row>()
    table.put({ id: 'a', n: 1 })
    const controller = new AbortController()
    const items = table.watch(controller.signal)
    await items.next()
    table.put({ id: 'a', n: 1 })
    table.put({ id: 'b', n: 1 })
    expect((await items.next()).value).toEqual({ put: [{ id: 'b', n: 1 }], remove: [] })
    await items.return(undefined)
  })
})

describe('an emitter', () => {
  test('a listener that throws is reported and keeps no other from hearing', () => {
    const errors: unknown[] = []
    const heard: number[] = []
    const emitter = new Emitter<{ tick: number }>((error) => errors.push(error))
    emitter.on('tick', () => {
      throw new Error('mine')
    })
    emitter.on('tick', (n) => heard.push(n))
    emitter.emit('tick', 1)
    expect(heard).toEqual([1])
    expect(errors).toHaveLength(1)
  })

  test('the undo removes one registration, even of the same function, even while emitting', () => {
    const heard: string[] = []
    const emitter = new Emitter<{ tick: null }>(() => {})
    const listener = () => heard.push('x')
    const undo = emitter.on('tick', listener)
    emitter.on('tick', listener)
    emitter.on('tick', () => undo())
    emitter.emit('tick', null)
    emitter.emit('tick', null)
    expect(heard).toEqual(['x', 'x', 'x'])
    expect(emitter.count('tick')).toBe(2)
  })
})
