import { describe, expect, test } from 'vitest'
import { isDeviceId } from '#shared/ids.ts'
import {
  announcementTag,
  currentInstance,
  epochAt,
  readAnnouncement,
  recognise,
  serviceOf,
} from '#core/discovery/announcement.ts'
import { encodeGoodbye, encodeQuery, encodeService, readPacket } from '#core/discovery/packets.ts'
import { fromHex, toHex } from '../support/bytes.ts'
import vectors from './announcement-1.json' with { type: 'json' }

const type = '_gangway._udp.local'
const key = fromHex(vectors.announcementKey)
const unixMs = vectors.unixSeconds * 1000

function idIn(text: string) {
  if (!isDeviceId(text)) throw new Error('not an id')
  return text
}

const id = idIn(vectors.visible.id)
const self = { id, kind: 'laptop' as const }

/** What this device announces under an instance it has had since the epoch began. */
function announced(vector: typeof vectors.hidden | typeof vectors.visible, visible: boolean) {
  const { instance: name, ports } = vector
  const tag = announcementTag(key, vectors.epoch, name).toString('base64url')
  const instance = { name, visible, tag }
  expect(currentInstance(instance, { key, unixMs, visible })).toBe(instance)
  return serviceOf(self, { ports, name: vectors.visible.name, visible }, instance)
}

function txtOf(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.map((line): [string, string] => [
      line.slice(0, line.indexOf('=')),
      line.slice(line.indexOf('=') + 1),
    ]),
  )
}

function heard(packet: string) {
  return readPacket(fromHex(packet), [type])
}

describe('announcements, version 1', () => {
  test('the epoch, and the tag in it, before it and after it', () => {
    expect(epochAt(unixMs)).toBe(vectors.epoch)
    for (const { epoch, tag } of vectors.tags) {
      expect(toHex(announcementTag(key, epoch, vectors.instance))).toBe(tag)
      expect(recognise([[id, key]], vectors.instance, fromHex(tag), unixMs)).toBe(id)
    }
  })

  test('a query', () => {
    expect(toHex(encodeQuery([type]))).toBe(vectors.query)
    expect(heard(vectors.query)).toMatchObject({ questions: [type], services: [] })
  })

  test.each([
    ['a device that hides', vectors.hidden, false],
    ['one that is visible to everyone', vectors.visible, true],
  ] as const)('%s', (_, vector, visible) => {
    const service = announced(vector, visible)
    expect(toHex(encodeService({ ...service, type }, vector.addresses))).toBe(vector.packet)
    const [read] = heard(vector.packet)?.services ?? []
    const { instance, ports, addresses } = vector
    expect(read).toEqual({ instance, ports, addresses, txt: txtOf(vector.txt) })
    const { tag = new Uint8Array(), ...told } = readAnnouncement(read?.txt ?? new Map()) ?? {}
    const shown = { id, name: vectors.visible.name, kind: 'laptop' }
    expect(told).toMatchObject(visible ? shown : { id: null, name: null, kind: null })
    expect(recognise([[id, key]], instance, tag, unixMs)).toBe(id)
  })

  test('its goodbye', () => {
    const { instance, goodbye } = vectors.hidden
    expect(toHex(encodeGoodbye({ type, instance }))).toBe(goodbye)
    expect(heard(goodbye)).toMatchObject({ services: [], leaving: [instance] })
  })

  test('a meeting place', () => {
    const { instance, id: meet, ports, addresses, packet, txt } = vectors.meeting
    const service = { type, instance, ports, txt: { v: '1', meet } }
    expect(toHex(encodeService(service, addresses))).toBe(packet)
    expect(heard(packet)?.services).toEqual([{ instance, ports, addresses, txt: txtOf(txt) }])
  })
})
