import { describe, expect, it } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import type { Protocol } from '#core/protocols/protocol.ts'
import { ProtocolRegistry } from '#core/protocols/registry.ts'

function protocol(): Protocol {
  return { alpn: 'gangway/test/1', admits: 'anyone', maxPerPeer: 1, serve: async () => {} }
}

describe('the registry', () => {
  it('knows what is registered until it is undone', () => {
    const registry = new ProtocolRegistry(silentLog)
    const first = protocol()
    const undo = registry.register(first)
    expect(registry.get('gangway/test/1')).toBe(first)
    expect(registry.alpns).toEqual(['gangway/test/1'])
    undo()
    expect(registry.get('gangway/test/1')).toBeUndefined()
    expect(registry.alpns).toEqual([])
  })

  it('throws on a second protocol of the same name', () => {
    const registry = new ProtocolRegistry(silentLog)
    registry.register(protocol())
    expect(() => registry.register(protocol())).toThrow('registered already')
  })

  it('undoes a registration once, never that of a successor', () => {
    const registry = new ProtocolRegistry(silentLog)
    const undo = registry.register(protocol())
    undo()
    const second = protocol()
    registry.register(second)
    undo()
    expect(registry.get('gangway/test/1')).toBe(second)
  })

  it('tells what changed', () => {
    const registry = new ProtocolRegistry(silentLog)
    const seen: string[] = []
    registry.changes.on('registered', ({ alpn }) => seen.push(`+${alpn}`))
    registry.changes.on('removed', ({ alpn }) => seen.push(`-${alpn}`))
    const undo = registry.register(protocol())
    undo()
    undo()
    expect(seen).toEqual(['+gangway/test/1', '-gangway/test/1'])
  })
})
