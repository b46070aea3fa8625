import { randomBytes } from 'node:crypto'
import type { Candidate, PairingStage, ShownCode } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import { abortable } from '../base/abortable.ts'
import { Lifetime } from '../base/lifetime.ts'
import { onWake } from '../base/wake.ts'
import { portsOf } from '../endpoint/addresses.ts'
import { ProtocolRegistry } from '../protocols/registry.ts'
import { openRouter } from '../protocols/router.ts'
import { Code } from './code.ts'
import { openMeetingPlace, type MeetingPlace } from './meeting-place.ts'
import type { Offer } from './offer.ts'
import type { Parts, Stage } from './parts.ts'
import type { Reception } from './reception.ts'
import type { TicketDesk } from './ticket-desk.ts'
import { linkOf, ticketSecretLength } from './tickets.ts'

const lifeMs = 5 * 60_000

interface Hall {
  readonly reception: Reception
  readonly desk: TicketDesk
}

/** Shows words and a link, for one pairing; resolves when that came about or nobody wants it. */
export async function show(parts: Parts, { reception, desk }: Hall, stage: Stage): Promise<void> {
  const { clock, log, discovery } = parts
  stage.tell({ state: 'preparing' })
  await using lifetime = new Lifetime()
  const place = await openMeetingPlace(parts, stage.signal)
  lifetime.own(place.endpoint)
  const code = new Code(clock, { until: clock.now() + lifeMs, milliseconds: lifeMs })
  const shown = new Shown(parts, place, code, stage)

  const registry = new ProtocolRegistry(log)
  registry.register(reception.protocol(async () => shown.words))
  const acceptor = place.endpoint
  lifetime.own(openRouter({ acceptor, registry, isPaired: () => false, clock, log }))
  lifetime.defer(desk.put(shown.ticket))
  const { id, sockets } = acceptor
  lifetime.defer(discovery.announceMeeting(() => ({ id, ports: portsOf(sockets) })))
  lifetime.defer(clock.after(lifeMs, () => shown.look()))
  lifetime.defer(onWake(clock, () => shown.look()))

  shown.tell()
  stage.tell(await abortable(shown.end, stage.signal))
}

/** What is shown, as the two things one can pair with: using one uses up the other. */
class Shown {
  readonly words: Offer
  readonly ticket: Offer
  readonly end: Promise<PairingStage>
  readonly #code: Code
  readonly #stage: Stage
  readonly #what: Omit<ShownCode, 'triesLeft'>
  #settle: (end: PairingStage) => void = () => {}

  constructor(parts: Parts, { phrase, epoch, endpoint }: MeetingPlace, code: Code, stage: Stage) {
    const { id } = parts.self().introduction
    const secret = randomBytes(ticketSecretLength)
    const { expiresAt } = code
    this.#code = code
    this.#stage = stage
    this.end = new Promise((resolve) => (this.#settle = resolve))
    this.words = this.#offer({ kind: 'words', phrase, epoch }, endpoint.id)
    this.ticket = this.#offer({ kind: 'ticket', bytes: secret }, id)
    this.#what = {
      words: [...phrase],
      phrase: phrase.join(' '),
      link: linkOf({ host: id, secret, expiresAt, ...parts.whereabouts() }),
      addresses: endpoint.state.value.addresses,
      expiresAt,
    }
  }

  tell(): void {
    const code = { ...this.#what, triesLeft: this.#code.triesLeft }
    this.#stage.tell({ state: 'showing', code })
  }

  /** Has it come to an end unused? */
  look(): void {
    if (this.#code.isUsed) return
    try {
      this.#code.check()
    } catch (error) {
      this.#fail(Fault.of(error))
    }
  }

  #offer(secret: Offer['secret'], meetingPoint: Offer['meetingPoint']): Offer {
    return {
      secret,
      meetingPoint,
      code: this.#code,
      tried: () => this.#tried(),
      used: async () => {},
      accepts: (device, peerIsThere) => this.#stage.ask(device, peerIsThere),
      accepted: (device: Candidate) => this.#stage.tell({ state: 'waiting', device }),
      settled: (end) => {
        if (end === null) this.#settle({ state: 'quiet' })
        else if ('fault' in end) this.#fail(end.fault)
        else this.#settle({ state: 'paired', device: end.device })
      },
    }
  }

  #tried(): void {
    if (this.#code.isUsed) return
    this.look()
    this.tell()
  }

  #fail(fault: Fault): void {
    this.#settle({ state: 'failed', fault: fault.toRecord() })
  }
}
