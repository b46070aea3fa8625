import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { DeviceKey } from './device-key.ts'
import { LevelDamage, type Entry, type Level, type Turn } from './level.ts'
import { seal, unseal } from './seal.ts'

/** One value under a name. */
export interface StoredRecord<Value> {
  get(): Promise<Value | null>
  /** On disk when it resolves. */
  set(value: Value): Promise<void>
  delete(): Promise<void>
}

/** Values of one kind, each under its id. */
export interface StoredCollection<Value> {
  all(): Promise<Map<string, Value>>
  /** On disk when it resolves. */
  put(id: string, value: Value): Promise<void>
  delete(id: string): Promise<void>
}

/** The first byte of a key: what is in use, and what was found damaged and is kept but not read. */
const inUse = 1
const damaged = 2

const halfLength = 16
const everything = { gte: new Uint8Array(), lte: new Uint8Array(64).fill(0xff) }

/** The id travels inside: from the key alone nobody can tell it, not even we. */
const contentSchema = z.tuple([z.string(), z.unknown()])

/**
 * Records as sealed entries. A key is made of the keyed hashes of its group and its id, so the files
 * show how many records there are and how long, and nothing else; the key is bound into the seal, so
 * that no value can be moved to another name.
 */
export class Records {
  readonly #level: Level
  readonly #namesKey: Uint8Array
  readonly #valuesKey: Uint8Array
  readonly #onDamage: () => void

  constructor(level: Level, key: DeviceKey, onDamage: () => void) {
    this.#level = level
    this.#namesKey = key.derive('gangway/key/1/store/names')
    this.#valuesKey = key.derive('gangway/key/1/store/values')
    this.#onDamage = onDamage
  }

  record<Value>(name: string, schema: z.ZodType<Value>): StoredRecord<Value> {
    const key = this.#keyOf('records', name)
    return {
      get: () =>
        this.#reading(null, async (turn) => {
          const sealed = await turn.get(key)
          return sealed && ((await this.#read(turn, [key, sealed], schema))?.value ?? null)
        }),
      set: (value) => this.#put(key, name, schema.parse(value)),
      delete: () => this.#delete(key),
    }
  }

  collection<Value>(name: string, schema: z.ZodType<Value>): StoredCollection<Value> {
    const group = `collection ${name}`
    return {
      all: () => {
        const found = new Map<string, Value>()
        return this.#reading(found, async (turn) => {
          for await (const entry of turn.entries(this.#rangeOf(group))) {
            const content = await this.#read(turn, entry, schema)
            if (content) found.set(content.id, content.value)
          }
          return found
        })
      },
      put: (id, value) => this.#put(this.#keyOf(group, id), id, schema.parse(value)),
      delete: (id) => this.#delete(this.#keyOf(group, id)),
    }
  }

  /** Looks at every entry, and sets aside what is not ours. Throws when nothing is. */
  async verify(): Promise<void> {
    await this.#level.turn(async (turn) => {
      const strange: Entry[] = []
      let ours = 0
      for await (const [key, sealed] of turn.entries(everything)) {
        if (key[0] === damaged) continue
        if (key[0] === inUse && unseal(this.#valuesKey, sealed, key)) ours += 1
        else strange.push([key, sealed])
      }
      if (strange.length > 0 && ours === 0) throw new LevelDamage('nothing in it can be read')
      for (const entry of strange) await this.#setAside(turn, entry)
    })
  }

  /** Files that fail while they are read cost what they held, never the run. */
  async #reading<Result>(
    otherwise: Result,
    work: (turn: Turn) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await this.#level.turn(work)
    } catch (error) {
      if (!(error instanceof LevelDamage)) throw error
      this.#onDamage()
      return otherwise
    }
  }

  async #read<Value>(
    turn: Turn,
    entry: Entry,
    schema: z.ZodType<Value>,
  ): Promise<{ id: string; value: Value } | null> {
    const [key, sealed] = entry
    const plain = unseal(this.#valuesKey, sealed, key)
    if (plain) {
      const [id, content] = contentSchema.parse(JSON.parse(plain.toString('utf8')))
      const parsed = schema.safeParse(content)
      if (parsed.success) return { id, value: parsed.data }
    }
    await this.#setAside(turn, entry)
    return null
  }

  async #setAside(turn: Turn, [key, value]: Entry): Promise<void> {
    this.#onDamage()
    await turn.write([
      { type: 'del', key },
      { type: 'put', key: Buffer.concat([Uint8Array.of(damaged), key]), value },
    ])
  }

  #put(key: Uint8Array, id: string, value: unknown): Promise<void> {
    const sealed = seal(this.#valuesKey, Buffer.from(JSON.stringify([id, value])), key)
    return this.#level.turn((turn) => turn.write([{ type: 'put', key, value: sealed }]))
  }

  #delete(key: Uint8Array): Promise<void> {
    return this.#level.turn((turn) => turn.write([{ type: 'del', key }]))
  }

  #keyOf(group: string, id: string): Uint8Array {
    return Buffer.concat([this.#prefixOf(group), this.#hash(JSON.stringify([group, id]))])
  }

  #rangeOf(group: string): { gte: Uint8Array; lte: Uint8Array } {
    const prefix = this.#prefixOf(group)
    return {
      gte: Buffer.concat([prefix, Buffer.alloc(halfLength)]),
      lte: Buffer.concat([prefix, Buffer.alloc(halfLength, 0xff)]),
    }
  }

  #prefixOf(group: string): Uint8Array {
    return Buffer.concat([Uint8Array.of(inUse), this.#hash(JSON.stringify([group]))])
  }

  #hash(text: string): Uint8Array {
    return createHmac('sha256', this.#namesKey).update(text).digest().subarray(0, halfLength)
  }
}
