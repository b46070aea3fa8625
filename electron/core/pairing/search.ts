import { isIP } from 'node:net'
import type { DeviceId } from '#shared/ids.ts'
import type { Phrase } from '#shared/words.ts'
import { Fault } from '#shared/faults.ts'
import { within } from '../base/deadline.ts'
import { socketAddress } from '../discovery/links.ts'
import type { Connection, Endpoint } from '../endpoint/types.ts'
import { JoinerExchange } from './joiner-exchange.ts'
import type { PairingSecret } from './key-schedule.ts'
import { epochAt, epochsToTry, meetingSeed } from './meeting.ts'
import { idOf } from './meeting-place.ts'
import type { Parts } from './parts.ts'
import { Race } from './race.ts'
import { hintOf, placeOf, type Ticket } from './tickets.ts'
import { openingMs, pairingAlpn, Wire } from './wire.ts'

const searchMs = 15_000
const dialMs = 10_000
/** Ways to one place heard of on the network; more than a laptop has interfaces. */
const maxHeard = 16

/** An exchange in which the other side has spoken and nothing is spent yet. */
export interface Opened {
  readonly connection: Connection
  readonly wire: Wire
  readonly exchange: JoinerExchange
  readonly meetingPoint: DeviceId
  readonly m4: Uint8Array
  close(): void
}

interface Search {
  readonly parts: Parts
  readonly endpoint: Endpoint
  readonly signal: AbortSignal
}

export type Sought =
  | { readonly kind: 'words'; readonly phrase: Phrase; readonly address: string | null }
  | { readonly kind: 'ticket'; readonly ticket: Ticket }

/** Goes every way there is, at once, until one leads to somebody who answers. */
export async function search(options: Search, sought: Sought): Promise<Opened> {
  const { parts, signal } = options
  const race = new Race<Opened>({
    clock: parts.clock,
    signal,
    milliseconds: searchMs,
    lost: () => new Fault(sought.kind === 'words' ? 'pairing.nobody' : 'peer.unreachable'),
  })
  const ways = new Ways(options, race)
  if (sought.kind === 'ticket') ways.toTicket(sought.ticket)
  else ways.toWords(sought.phrase, sought.address)
  return race.result()
}

class Ways {
  readonly #search: Search
  readonly #race: Race<Opened>

  constructor(options: Search, race: Race<Opened>) {
    this.#search = options
    this.#race = race
  }

  toWords(phrase: Phrase, address: string | null): void {
    const { parts } = this.#search
    for (const epoch of epochsToTry(parts.clock.now())) {
      const secret = { kind: 'words', phrase, epoch } as const
      meetingSeed(phrase, epoch, parts.meetingSalt())
        .then((seed) => this.#toMeeting(secret, idOf(seed), address))
        .catch((error: unknown) => this.#race.failed(error))
    }
  }

  toTicket({ host, addresses, relay, secret: bytes }: Ticket): void {
    const { lanOnly, discovery, clock } = this.#search.parts
    const secret = { kind: 'ticket', bytes } as const
    // Each on its own: where another device now has an address, that ends the whole dial.
    for (const address of [...addresses, ...discovery.addressesOf(host)]) {
      this.#enter(secret, host, async () => [address])
    }
    if (!lanOnly()) this.#enter(secret, host, async () => [], relay)
    const now = epochAt(clock.now())
    for (const epoch of [now - 1, now, now + 1]) {
      this.#seek(placeOf(bytes, epoch), secret, host)
    }
  }

  #toMeeting(secret: PairingSecret, place: DeviceId, address: string | null): void {
    if (this.#race.signal.aborted) return
    if (!this.#search.parts.lanOnly()) this.#enter(secret, place, async () => [])
    if (address !== null) this.#enter(secret, place, () => this.#resolved(address))
    this.#seek(place, secret, place)
  }

  /** Dials wherever on the LAN this place is heard of. */
  #seek(place: DeviceId, secret: PairingSecret, id: DeviceId): void {
    const known = new Set<string>()
    const stopSeeking = this.#search.parts.discovery.seekMeeting(place, (addresses) => {
      const key = addresses.join()
      if (known.has(key) || known.size >= maxHeard) return
      known.add(key)
      this.#enter(secret, id, async () => addresses)
    })
    this.#race.signal.addEventListener('abort', stopSeeking, { once: true })
  }

  #enter(
    secret: PairingSecret,
    id: DeviceId,
    addressesOf: () => Promise<readonly string[]>,
    relay: string | null = null,
  ): void {
    this.#race.enter(async (signal) => {
      const addresses = await addressesOf()
      const bounds = { deadlineMs: dialMs, signal }
      const { endpoint } = this.#search
      const target = { id, addresses, relay }
      const connection = await endpoint.connect(target, pairingAlpn, bounds).catch(asNobody)
      return this.#opened(connection, secret, signal)
    })
  }

  async #opened(
    connection: Connection,
    secret: PairingSecret,
    signal: AbortSignal,
  ): Promise<Opened> {
    const { parts, endpoint } = this.#search
    const { clock } = parts
    const meetingPoint = connection.peer
    const self = parts.self()
    const exchange = new JoinerExchange({ secret, meetingPoint, self, joiner: endpoint.id })
    const close = () => {
      exchange[Symbol.dispose]()
      connection.close('clean')
    }
    try {
      return await within({ clock, milliseconds: openingMs, signal }, async (inner) => {
        const wire = new Wire(await connection.openStream(inner), clock)
        if (secret.kind === 'ticket') await wire.write(hintOf(secret.bytes), inner)
        await wire.write(exchange.start(), inner)
        await wire.write(exchange.onM2(await wire.read(inner)), inner)
        const m4 = await wire.read(inner)
        return { connection, wire, exchange, meetingPoint, m4, close }
      })
    } catch (error) {
      close()
      throw error
    }
  }

  async #resolved(address: string): Promise<readonly string[]> {
    const colon = address.lastIndexOf(':')
    const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
    const port = Number(address.slice(colon + 1))
    if (isIP(host)) return [socketAddress(host, port)]
    const found = await this.#search.parts.lookup(host).catch((cause: unknown) => {
      throw new Fault('peer.unreachable', {}, { cause })
    })
    return found.filter((each) => isIP(each)).map((each) => socketAddress(each, port))
  }
}

/** Whoever belongs to another private network is, for us, not there. */
function asNobody(error: unknown): never {
  const isElsewhere = error instanceof Fault && error.code === 'protocol.unknown'
  throw isElsewhere ? new Fault('peer.unreachable', {}, { cause: error }) : error
}
