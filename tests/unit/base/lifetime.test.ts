import { describe, expect, test } from 'vitest'
import { Lifetime } from '#core/base/lifetime.ts'

function parts() {
  const closed: string[] = []
  const part = (name: string) => ({ close: () => void closed.push(name) })
  return { closed, part }
}

describe('a lifetime', () => {
  test('closes the last opened first', async () => {
    const { closed, part } = parts()
    const lifetime = new Lifetime()
    lifetime.own(part('store'))
    lifetime.own(part('endpoint'))
    await lifetime.close()
    expect(closed).toEqual(['endpoint', 'store'])
  })

  test('a failed opening closes the earlier parts in reverse', async () => {
    const { closed, part } = parts()
    const open = async () => {
      await using lifetime = new Lifetime()
      lifetime.own(part('a'))
      lifetime.own(part('b'))
      throw new Error('no port')
    }
    await expect(open()).rejects.toThrow('no port')
    expect(closed).toEqual(['b', 'a'])
  })

  test('what was kept stays open after the opening, and its signal follows it', async () => {
    const { closed, part } = parts()
    const open = async () => {
      await using lifetime = new Lifetime()
      lifetime.own(part('a'))
      const { signal } = lifetime
      return { lifetime: lifetime.keep(), signal }
    }
    const { lifetime, signal } = await open()
    expect(closed).toEqual([])
    expect(signal.aborted).toBe(false)
    await lifetime.close()
    expect(closed).toEqual(['a'])
    expect(signal.aborted).toBe(true)
  })

  test('one part that fails to close keeps no other from closing', async () => {
    const { closed, part } = parts()
    const lifetime = new Lifetime()
    lifetime.own(part('a'))
    lifetime.defer(() => Promise.reject(new Error('stuck')))
    lifetime.own(part('b'))
    await expect(lifetime.close()).rejects.toThrow('stuck')
    expect(closed).toEqual(['b', 'a'])
  })

  test('closing twice closes once', async () => {
    const { closed, part } = parts()
    const lifetime = new Lifetime()
    lifetime.own(part('a'))
    await Promise.all([lifetime.close(), lifetime.close()])
    expect(closed).toEqual(['a'])
  })

  test('nothing can be owned after the end', async () => {
    const lifetime = new Lifetime()
    lifetime.defer(() => {})
    await lifetime.close()
    expect(() => lifetime.defer(() => {})).toThrow('has ended')
  })

  test('nor after it was handed over', () => {
    const lifetime = new Lifetime()
    lifetime.keep()
    expect(() => lifetime.defer(() => {})).toThrow('was handed over')
  })

  test('one that owns nothing still ends what watches it', async () => {
    const lifetime = new Lifetime()
    await lifetime.close()
    expect(lifetime.signal.aborted).toBe(true)
  })
})
