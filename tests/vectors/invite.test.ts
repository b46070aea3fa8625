import { describe, expect, test } from 'vitest'
import { isDeviceId } from '#shared/ids.ts'
import { openFile } from '#core/pairing/sealed-file.ts'
import { hintOf, linkOf, placeOf, readLink } from '#core/pairing/tickets.ts'
import { flipped, fromHex, toHex } from '../support/bytes.ts'
import vectors from './invite-1.json' with { type: 'json' }

const { host, addresses, relay, link } = vectors
const secret = Uint8Array.from(fromHex(vectors.secret))
const expiresAt = vectors.expiresSeconds * 1000

describe('links, and gangway-invite-1', () => {
  test('the link', () => {
    if (!isDeviceId(host)) throw new Error('not an id')
    const ticket = { host, addresses, relay, secret, expiresAt }
    expect(linkOf(ticket)).toBe(link)
    expect(readLink(link)).toEqual(ticket)
  })

  test('what the joiner says first, and where the host can be found', () => {
    expect(toHex(hintOf(secret))).toBe(vectors.hint)
    const places = vectors.places.map(({ epoch }) => ({ epoch, id: placeOf(secret, epoch) }))
    expect(places).toEqual(vectors.places)
  })

  test('the file opens with its password, however that is written', async () => {
    const { bytes, passwords } = vectors.file
    for (const password of passwords) {
      const content = await openFile(fromHex(bytes), password)
      expect(Buffer.from(content ?? '').toString()).toBe(link)
    }
    expect(await openFile(flipped(fromHex(bytes), 20), passwords[0] ?? '')).toBeNull()
  })
})
