import type { z } from 'zod'
import type { Store } from '#core/keys/store.ts'

/** A store that keeps what the real one would, as the same JSON, in memory. */
export function memoryStore(
  disk = new Map<string, string>(),
): Store & { disk: Map<string, string> } {
  const read = <Value>(key: string, schema: z.ZodType<Value>): Value | null => {
    const text = disk.get(key)
    return text === undefined ? null : schema.parse(JSON.parse(text))
  }
  return {
    disk,
    problems: [],
    record: (name, schema) => ({
      get: async () => read(name, schema),
      set: async (value) => void disk.set(name, JSON.stringify(value)),
      delete: async () => void disk.delete(name),
    }),
    collection(name, schema) {
      const prefix = `${name}/`
      return {
        async all() {
          const found = new Map<string, z.infer<typeof schema>>()
          for (const key of disk.keys()) {
            const value = key.startsWith(prefix) ? read(key, schema) : null
            if (value !== null) found.set(key.slice(prefix.length), value)
          }
          return found
        },
        put: async (id, value) => void disk.set(prefix + id, JSON.stringify(value)),
        delete: async (id) => void disk.delete(prefix + id),
      }
    },
    close: async () => {},
  }
}
