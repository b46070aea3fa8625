import { createCipheriv, createHmac, randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** RFC 9001, 5.2. */
const salt = Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex')
const datagramBytes = 1_200

/**
 * First packets of QUIC handshakes whose TLS greeting never comes to its end, sent from several
 * loopback addresses that read no answer.
 */
export class HalfOpenFlood {
  sent = 0
  readonly #sockets: readonly Socket[]
  readonly #port: number

  private constructor(sockets: readonly Socket[], port: number) {
    this.#sockets = sockets
    this.#port = port
  }

  static async open(addresses: readonly string[], port: number): Promise<HalfOpenFlood> {
    const sockets = await Promise.all(addresses.map(boundTo))
    return new HalfOpenFlood(sockets, port)
  }

  /** One packet from each address. */
  async round(): Promise<void> {
    await Promise.all(
      this.#sockets.map(
        (socket) =>
          new Promise<void>((done, failed) =>
            socket.send(firstPacket(), this.#port, '127.0.0.1', (error) =>
              error ? failed(error) : done(),
            ),
          ),
      ),
    )
    this.sent += this.#sockets.length
  }

  close(): void {
    for (const socket of this.#sockets) socket.close()
  }
}

async function boundTo(address: string): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  return socket
}

/** The first 64 bytes of a ClientHello that says it has 512, under the keys of RFC 9001, 5.2. */
function firstPacket(): Buffer {
  const [to, from] = [randomBytes(8), randomBytes(8)]
  const secret = expanded(createHmac('sha256', salt).update(to).digest(), 'client in', 32)
  const key = expanded(secret, 'quic key', 16)
  const numberBytes = 4
  const ids = Buffer.concat([Buffer.of(to.length), to, Buffer.of(from.length), from])
  const start = Buffer.concat([Buffer.of(0xc3, 0, 0, 0, 1), ids, Buffer.of(0)])
  const rest = datagramBytes - start.length - 2
  const header = Buffer.concat([
    start,
    Buffer.of(0x40 | (rest >> 8), rest & 0xff),
    Buffer.alloc(numberBytes),
  ])
  const hello = Buffer.concat([Buffer.of(1, 0, 2, 0, 3, 3), randomBytes(58)])
  const frame = Buffer.concat([Buffer.of(6, 0, 0x40, hello.length), hello])
  const plain = Buffer.concat([
    frame,
    Buffer.alloc(datagramBytes - header.length - 16 - frame.length),
  ])
  const cipher = createCipheriv('aes-128-gcm', key, expanded(secret, 'quic iv', 12))
  cipher.setAAD(header)
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  const hide = createCipheriv('aes-128-ecb', expanded(secret, 'quic hp', 16), null)
  const mask = hide.update(sealed.subarray(0, 16))
  header.writeUInt8(header.readUInt8(0) ^ (mask.readUInt8(0) & 0x0f), 0)
  for (let n = 0; n < numberBytes; n++) {
    const at = header.length - numberBytes + n
    header.writeUInt8(header.readUInt8(at) ^ mask.readUInt8(n + 1), at)
  }
  return Buffer.concat([header, sealed])
}

/** HKDF-Expand-Label with an empty context. */
function expanded(secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`)
  const info = Buffer.concat([Buffer.of(0, length, name.length), name, Buffer.of(0, 1)])
  return createHmac('sha256', secret).update(info).digest().subarray(0, length)
}
