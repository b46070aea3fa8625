import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { NetworkKey } from '#core/private-network/network-key.ts'
import { openPrivateNetwork } from '#core/private-network/private-network.ts'
import { memoryStore } from '../../support/memory-store.ts'

function problemWith(text: string): string | null {
  try {
    NetworkKey.read(text)
    return null
  } catch (error) {
    return error instanceof Fault && error.code === 'network.key' ? error.message : String(error)
  }
}

describe('the text of a network key', () => {
  const key = NetworkKey.make()

  test('is read however it was copied', () => {
    const { text } = key
    expect(text).toMatch(/^gwnet1[a-z0-9]{58}$/)
    const spaced = ` ${text.replaceAll(/.{8}/g, '$& ')}\n`
    for (const copy of [text, text.toUpperCase(), spaced, text.replaceAll(/.{8}/g, '$&-')]) {
      expect(NetworkKey.read(copy).bytes).toEqual(key.bytes)
    }
  })

  test('that is not one says what is wrong with it, and never what it was', () => {
    const last = key.text.endsWith('q') ? 'p' : 'q'
    const slipped = key.text.slice(0, -1) + last
    expect(problemWith('')).toContain('it begins with gwnet1')
    expect(problemWith('gangway://pair?v=1')).toContain('it begins with gwnet1')
    expect(problemWith(key.text.slice(0, -3))).toContain('it has 64 characters, and this has 61')
    expect(problemWith(slipped)).toContain('one of its characters is wrong')
    expect(problemWith(slipped)).not.toContain(slipped.slice(6, 20))
  })

  test('safety 8: no text whatever crashes its reader', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        expect(problemWith(`gwnet1${text}`)).not.toBeNull()
      }),
    )
  })
})

describe('what is derived from a key', () => {
  const [one, other] = [NetworkKey.make(), NetworkKey.make()]
  const place = { epoch: 7, instance: '0'.repeat(32) }

  test('an announcement opens under its key, at its time and under its name only', () => {
    const plain = Buffer.from('hello')
    const sealed = one.seal(place, plain)
    expect(Buffer.from(one.open(place, sealed) ?? [])).toEqual(plain)
    expect(one.seal(place, plain)).toEqual(sealed)
    expect(other.open(place, sealed)).toBeNull()
    expect(one.open({ ...place, epoch: 8 }, sealed)).toBeNull()
    expect(one.open({ ...place, instance: '1'.repeat(32) }, sealed)).toBeNull()
    for (let at = 0; at < sealed.length; at++) {
      const flipped = Uint8Array.from(sealed)
      flipped[at] = (flipped[at] ?? 0) ^ 1
      expect(one.open(place, flipped)).toBeNull()
    }
    expect(one.open(place, new Uint8Array())).toBeNull()
  })

  test('safety 11: what changes is never sealed under the same key', () => {
    const sealed = ['one', 'two'].map((text) => one.seal(place, Buffer.from(text)))
    const ids = sealed.map((bytes) => Buffer.from(bytes.subarray(0, 16)).toString('hex'))
    expect(new Set(ids).size).toBe(2)
  })
})

describe('belonging to a private network', () => {
  test('is kept, until one leaves', async () => {
    const store = memoryStore()
    const network = await openPrivateNetwork(store, undefined)
    expect(network.state.value.network).toBeNull()
    const { fingerprint } = await network.create()
    const again = await openPrivateNetwork(store, undefined)
    expect(again.state.value.network).toEqual({ fingerprint, given: false })
    expect(again.reveal()).toBe(network.reveal())
    await again.leave()
    expect((await openPrivateNetwork(store, undefined)).key).toBeNull()
  })

  test('is to one network at a time', async () => {
    const network = await openPrivateNetwork(memoryStore(), undefined)
    await expect(network.leave()).rejects.toMatchObject({ code: 'network.none' })
    expect(() => network.reveal()).toThrow(expect.objectContaining({ code: 'network.none' }))
    const { text } = await network.create()
    await expect(network.create()).rejects.toMatchObject({ code: 'network.member' })
    await expect(network.join(text)).rejects.toMatchObject({ code: 'network.member' })
    expect(network.reveal()).toBe(text)
  })

  test('by a given key is not saved, and not changed from here', async () => {
    const store = memoryStore()
    const { text } = NetworkKey.make()
    const network = await openPrivateNetwork(store, text)
    expect(network.state.value.network).toMatchObject({ given: true })
    await expect(network.leave()).rejects.toMatchObject({ code: 'network.given' })
    await expect(network.join(text)).rejects.toMatchObject({ code: 'network.given' })
    expect((await openPrivateNetwork(store, undefined)).key).toBeNull()
    await expect(openPrivateNetwork(store, 'gwnet1')).rejects.toMatchObject({ code: 'network.key' })
  })
})
