import { randomBytes } from 'node:crypto'
import { systemClock } from '#core/base/clock.ts'
import type { ByteStream, CloseReason, Connection } from '#core/endpoint/types.ts'
import { HostExchange } from '#core/pairing/host-exchange.ts'
import { JoinerExchange } from '#core/pairing/joiner-exchange.ts'
import type { Channel } from '#core/pairing/key-schedule.ts'
import { epochAt, meetingSeed } from '#core/pairing/meeting.ts'
import { idOf } from '#core/pairing/meeting-place.ts'
import { readFrame, writeFrame } from '#core/wire/frames.ts'
import type { Alpn, DeviceId } from '#shared/ids.ts'
import { parsePhrase, type Phrase } from '#shared/words.ts'
import type { MemoryNet } from './memory-net.ts'
import { device } from './pairing.ts'

/** One side of a pairing without manners: it stops, repeats and lies wherever a test wants. */
const alpn: Alpn = 'gangway/pairing/1'
const bounds = { maxBytes: 4_096, clock: systemClock, deadlineMs: 5_000 }

export function phraseOf(text: string): Phrase {
  const reading = parsePhrase(text)
  if (reading.state !== 'phrase') throw new Error('not five words')
  return reading.phrase
}

/** The same place, another password. */
export function wrongPhrase(text: string): Phrase {
  const [one, two] = phraseOf(text)
  return [one, two, 'zoo', 'zoo', 'zoo']
}

/** scrypt is meant to be slow; once per place is enough for a test. */
const seeds = new Map<string, Promise<Uint8Array>>()
function seedOf(phrase: Phrase, epoch: number): Promise<Uint8Array> {
  const key = [...phrase.slice(0, 2), epoch].join(' ')
  const seed = seeds.get(key) ?? meetingSeed(phrase, epoch)
  seeds.set(key, seed)
  return seed
}

class RawSide {
  readonly connection: Connection
  readonly stream: ByteStream

  constructor(connection: Connection, stream: ByteStream) {
    this.connection = connection
    this.stream = stream
  }

  say(message: Uint8Array): Promise<void> {
    return writeFrame(this.stream, message, bounds)
  }

  async hear(): Promise<Uint8Array> {
    const frame = await readFrame(this.stream, bounds)
    if (!frame) throw new Error('the other side has finished')
    return frame
  }

  closed(): Promise<CloseReason> {
    return this.connection.closed
  }

  close(): void {
    this.connection.close('clean')
  }
}

export class RawJoiner extends RawSide {
  readonly exchange: JoinerExchange
  m4: Uint8Array = new Uint8Array()

  constructor(connection: Connection, stream: ByteStream, channel: Channel) {
    super(connection, stream)
    this.exchange = new JoinerExchange({ ...channel, self: device('Raw joiner') })
  }

  /** Reaches the place the words lead to; `lies` are told to the exchange in place of the truth. */
  static async reach(
    net: MemoryNet,
    unixMs: number,
    phrase: Phrase,
    lies: Partial<Channel> = {},
  ): Promise<RawJoiner> {
    const epoch = epochAt(unixMs)
    const place = idOf(await seedOf(phrase, epoch))
    const endpoint = await net.open(randomBytes(32))
    const connection = await endpoint.connect(net.targetOf(place), alpn)
    return new RawJoiner(connection, await connection.openStream(), {
      secret: { kind: 'words', phrase, epoch },
      joiner: endpoint.id,
      meetingPoint: place,
      ...lies,
    })
  }

  /** Up to M4: nothing is spent yet. */
  async open(): Promise<void> {
    await this.say(this.exchange.start())
    await this.say(this.exchange.onM2(await this.hear()))
    this.m4 = await this.hear()
  }

  async prove(): Promise<void> {
    await this.say(this.exchange.onM4(this.m4))
  }
}

/** Waits at the place the words lead to, as the host of other words if so wished. */
export async function rawHost(
  net: MemoryNet,
  unixMs: number,
  phrase: Phrase,
  real = phrase,
  version = 1,
) {
  const epoch = epochAt(unixMs)
  const endpoint = await net.open(await seedOf(phrase, epoch))
  endpoint.setAlpns([alpn])
  const withdraw = net.announce(endpoint.id, [endpoint.address])
  const secret = { kind: 'words', phrase: real, epoch } as const
  return {
    id: endpoint.id,
    close: () => {
      withdraw()
      return endpoint.close()
    },
    /** The next guest, up to M4. */
    async receive() {
      const incoming = await endpoint.accept()
      if (!incoming) throw new Error('closed')
      const connection = await incoming.accept({ deadlineMs: 5_000 })
      const side = new RawSide(connection, await connection.acceptStream())
      const joiner: DeviceId = connection.peer
      const exchange = new HostExchange({
        secret,
        joiner,
        meetingPoint: endpoint.id,
        self: device('Raw host'),
        beforeVerify: () => {},
      })
      const m2 = exchange.onM1(await side.hear())
      await side.say(Buffer.concat([Uint8Array.of(version), m2.subarray(1)]))
      await side.say(exchange.onM3(await side.hear()))
      return { side, exchange }
    },
  }
}
