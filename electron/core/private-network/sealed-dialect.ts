import { z } from 'zod'
import type { Clock } from '../base/clock.ts'
import { epochAt } from '../discovery/announcement.ts'
import type { Dialect } from '../discovery/dialect.ts'
import { portsFromTxt, portsToTxt } from '../discovery/packets.ts'
import type { NetworkKey } from './network-key.ts'

/** Room for every text an announcement can have, and always filled: its length tells nothing. */
const plainLength = 384
/** A string of a TXT record takes 255 bytes. */
const pieceLength = 200
const pieces = ['s0', 's1', 's2'] as const

const txtSchema = z.record(z.string(), z.string())

/**
 * How devices of a private network announce: under a service type that changes with the epoch and
 * that nobody else can ask for, with everything but the address sealed.
 */
export function sealedDialect(key: NetworkKey, clock: Clock): Dialect {
  /** This epoch first; clocks may differ by one. */
  const epochs = () => {
    const now = epochAt(clock.now())
    return [now, now - 1, now + 1].filter((epoch) => epoch >= 0)
  }
  return {
    types: () => epochs().map((epoch) => key.serviceType(epoch)),
    speak({ instance, ports, txt }) {
      const epoch = epochAt(clock.now())
      const text = JSON.stringify({ ...txt, ...portsToTxt(ports) })
      const plain = Buffer.alloc(plainLength, ' ')
      if (plain.write(text) < Buffer.byteLength(text)) throw new Error('too much to announce')
      const sealed = Buffer.from(key.seal({ epoch, instance }, plain)).toString('base64url')
      const parts = pieces.map((name, place) => {
        return [name, sealed.slice(place * pieceLength, (place + 1) * pieceLength)] as const
      })
      return {
        type: key.serviceType(epoch),
        instance,
        ports: { v4: null, v6: null },
        txt: Object.fromEntries(parts),
      }
    },
    understand(service) {
      const { instance } = service
      const text = pieces.map((name) => service.txt.get(name) ?? '').join('')
      const sealed = Buffer.from(text, 'base64url')
      for (const epoch of epochs()) {
        const plain = key.open({ epoch, instance }, sealed)
        if (plain === null) continue
        const txt = readTxt(plain)
        return txt && { ...service, txt, ports: portsFromTxt(txt) }
      }
      return null
    },
  }
}

function readTxt(plain: Uint8Array): ReadonlyMap<string, string> | null {
  try {
    const parsed = txtSchema.parse(JSON.parse(Buffer.from(plain).toString('utf8')))
    return new Map(Object.entries(parsed))
  } catch {
    return null
  }
}
