import type { PairingStage, PairingState } from '#shared/devices.ts'
import { Fault, isCancellation } from '#shared/faults.ts'
import { parsePhrase } from '#shared/words.ts'
import { Cell } from '../base/state.ts'
import type { Store } from '../keys/store.ts'
import type { ProtocolRegistry } from '../protocols/registry.ts'
import { openInvites, type Invites } from './invites.ts'
import { join } from './join.ts'
import type { Parts, Stage } from './parts.ts'
import { Question } from './question.ts'
import { Reception } from './reception.ts'
import { openFile } from './sealed-file.ts'
import type { Sought } from './search.ts'
import { show } from './show.ts'
import { TicketDesk } from './ticket-desk.ts'
import { isLink, readLink, type Ticket } from './tickets.ts'
import { Tries } from './tries.ts'
import { drawPhrase } from './words.ts'

interface PairingOptions extends Omit<Parts, 'draw'> {
  readonly draw?: Parts['draw']
  readonly store: Store
  /** Of the endpoint under this device's own key, where tickets lead. */
  readonly registry: ProtocolRegistry
}

export async function openPairing(options: PairingOptions): Promise<Pairing> {
  const parts: Parts = { draw: drawPhrase, ...options }
  const reception = new Reception(parts)
  const desk = new TicketDesk()
  const invites = await openInvites(parts, desk, options.store)
  const withdraw = options.registry.register(
    reception.protocol((wire, signal) => desk.receive(wire, signal)),
  )
  return new Pairing(parts, { reception, desk, invites, withdraw })
}

interface Hall {
  readonly reception: Reception
  readonly desk: TicketDesk
  readonly invites: Invites
  readonly withdraw: () => void
}

/** What this device does about pairing. One attempt at a time; a new one ends the one before. */
export class Pairing {
  readonly state = new Cell<PairingState>({ attempt: 0, state: 'quiet' })
  readonly #parts: Parts
  readonly #hall: Hall
  readonly #tries = new Tries()
  readonly #running = new Set<Promise<void>>()
  #attempt = 0
  #current = new AbortController()
  #question: Question | null = null

  constructor(parts: Parts, hall: Hall) {
    this.#parts = parts
    this.#hall = hall
  }

  get invites(): Invites {
    return this.#hall.invites
  }

  /** All of these answer with the number of the attempt, and the state tells how it goes. */
  show(): number {
    return this.#begin((stage) => show(this.#parts, this.#hall, stage))
  }

  /** Words or a link, as somebody typed or pasted them. */
  join(code: string, address: string | null): number {
    const sought = isLink(code) ? soughtByLink(readLink(code)) : this.#soughtByWords(code, address)
    return this.#join(sought)
  }

  async joinFile(file: Uint8Array, password: string): Promise<number> {
    const content = await openFile(file, password)
    if (!content) throw new Fault('pairing.password')
    return this.#join(soughtByLink(readLink(Buffer.from(content).toString('utf8'))))
  }

  answer(prompt: string, accept: boolean): void {
    if (this.#question?.id !== prompt) {
      throw new Fault('input.invalid', { problem: 'nobody waits for this answer any more' })
    }
    this.#question.answer(accept)
    this.#question = null
  }

  cancel(attempt = this.#attempt): void {
    if (attempt !== this.#attempt) return
    this.#current.abort()
    this.state.set({ attempt, state: 'quiet' })
  }

  async close(): Promise<void> {
    this.#current.abort()
    this.invites.close()
    this.#hall.withdraw()
    await Promise.allSettled(this.#running)
  }

  #soughtByWords(code: string, address: string | null): Sought {
    const reading = parsePhrase(code)
    if (reading.state === 'phrase') {
      const { value } = this.state
      const own = value.state === 'showing' ? value.code.phrase : null
      if (own === reading.phrase.join(' ')) throw new Fault('pairing.itself')
      return { kind: 'words', phrase: reading.phrase, address }
    }
    const wrong = reading.words.findIndex(({ state }) => state === 'unknown')
    const problem = wrong === -1 ? 'a phrase is five words' : `word ${wrong + 1} is not on the list`
    throw new Fault('input.invalid', { problem })
  }

  #join(sought: Sought): number {
    if (sought.kind === 'ticket') {
      const { host, expiresAt } = sought.ticket
      if (host === this.#parts.self().introduction.id) throw new Fault('pairing.itself')
      if (expiresAt <= this.#parts.clock.now()) throw new Fault('pairing.spent')
    }
    return this.#begin((stage) => join(this.#parts, this.#tries, sought, stage))
  }

  #begin(work: (stage: Stage) => Promise<void>): number {
    this.#current.abort()
    const controller = (this.#current = new AbortController())
    const stage = this.#stage((this.#attempt += 1), controller.signal)
    const running = this.#run(work, stage).finally(() => this.#running.delete(running))
    this.#running.add(running)
    return this.#attempt
  }

  async #run(work: (stage: Stage) => Promise<void>, stage: Stage): Promise<void> {
    try {
      await work(stage)
    } catch (error) {
      if (stage.signal.aborted || isCancellation(error)) return stage.tell({ state: 'quiet' })
      const fault = Fault.of(error)
      this.#parts.failed?.(fault.code)
      const log = this.#parts.log.room('pairing')
      if (fault.code === 'internal') log.error('stumbled', { fault })
      else log.info('not paired', { fault })
      stage.tell({ state: 'failed', fault: fault.toRecord() })
    }
  }

  #stage(attempt: number, signal: AbortSignal): Stage {
    // Whatever an attempt still says after its end is no news.
    const tell = (stage: PairingStage) => {
      if (!signal.aborted) this.state.set({ attempt, ...stage })
    }
    return {
      signal,
      tell,
      ask: async (device, peerIsThere) => {
        const question = (this.#question = new Question(this.#parts.clock))
        const { id: prompt, expiresAt } = question
        tell({ state: 'asking', prompt, device, expiresAt })
        try {
          return await question.answered(AbortSignal.any([peerIsThere, signal]))
        } finally {
          if (this.#question === question) this.#question = null
        }
      },
    }
  }
}

function soughtByLink(ticket: Ticket | null): Sought {
  if (!ticket) throw new Fault('input.invalid', { problem: 'this is no pairing link' })
  return { kind: 'ticket', ticket }
}
