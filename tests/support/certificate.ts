import { createHash, generateKeyPairSync, sign } from 'node:crypto'

/** A certificate for one name that only a browser which was told of its key believes. */
export interface Certificate {
  readonly key: string
  readonly cert: string
  /** By which Chromium is told: `--ignore-certificate-errors-spki-list`. */
  readonly spkiHash: string
}

/** Made here, for a machine may have nothing that makes one (RFC 5280, as far as it takes). */
export function certificateFor(name: string): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const algorithm = der(tags.sequence, ecdsaWithSha256)
  const who = der(
    tags.sequence,
    der(tags.set, der(tags.sequence, commonName, der(tags.text, Buffer.from(name)))),
  )
  const names = der(tags.sequence, der(tags.dnsName, Buffer.from(name)))
  const body = der(
    tags.sequence,
    der(tags.version, der(tags.integer, Buffer.of(2))),
    der(tags.integer, Buffer.of(1)),
    algorithm,
    who,
    der(tags.sequence, time(-day), time(day)),
    who,
    spki,
    der(
      tags.extensions,
      der(tags.sequence, der(tags.sequence, alternativeName, der(tags.bytes, names))),
    ),
  )
  const signature = der(tags.bits, Buffer.of(0), sign('sha256', body, privateKey))
  const whole = der(tags.sequence, body, algorithm, signature)
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${whole.toString('base64')}\n-----END CERTIFICATE-----\n`,
    spkiHash: createHash('sha256').update(spki).digest('base64'),
  }
}

const day = 86_400_000
const tags = {
  integer: 0x02,
  bits: 0x03,
  bytes: 0x04,
  id: 0x06,
  text: 0x0c,
  time: 0x17,
  sequence: 0x30,
  set: 0x31,
  dnsName: 0x82,
  version: 0xa0,
  extensions: 0xa3,
} as const

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  // In as few bytes as it takes, or it is not believed.
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...size), body])
}

const ecdsaWithSha256 = der(tags.id, Buffer.from('2a8648ce3d040302', 'hex'))
const commonName = der(tags.id, Buffer.from('550403', 'hex'))
const alternativeName = der(tags.id, Buffer.from('551d11', 'hex'))

/** `YYMMDDHHMMSSZ` */
function time(fromNow: number): Buffer {
  const digits = new Date(Date.now() + fromNow).toISOString().replaceAll(/\D/g, '')
  return der(tags.time, Buffer.from(`${digits.slice(2, 14)}Z`))
}
