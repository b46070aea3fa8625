import type { Candidate, PairingState, ShownCode } from '#shared/devices.ts'
import { Fault, isCancellation } from '#shared/faults.ts'
import type { CommandContext } from './command.ts'
import { columns, printable } from './output.ts'
import type { Lines } from './stdin.ts'
import type { CoreAtHand } from './with-core.ts'

interface Talk {
  readonly core: CoreAtHand
  readonly context: CommandContext
  readonly attempt: number
  readonly yes: boolean
  readonly lines: Lines
}

/** Tells a person how a pairing goes, and asks what only a person can say. */
export class PairingTalk {
  readonly #talk: Talk
  #asked: string | null = null
  #triesLeft: number | null = null

  constructor(talk: Talk) {
    this.#talk = talk
  }

  async run(): Promise<void> {
    const { core, attempt, context } = this.#talk
    try {
      const end = await core.follow('pairing.watch', (state) => this.#see(state))
      if (end instanceof Fault) throw end
      this.#paired(end)
    } catch (error) {
      // Whoever stops waiting takes the words back.
      if (isCancellation(error) || context.signal.aborted) {
        await core.lastCall('pairing.cancel', { attempt }).catch(() => {})
      }
      throw error
    }
  }

  /** What ends it, if this does. */
  #see(state: PairingState): Candidate | Fault | undefined {
    if (state.attempt < this.#talk.attempt) return undefined
    if (state.attempt > this.#talk.attempt) return new Fault('pairing.replaced')
    switch (state.state) {
      case 'paired':
        return state.device
      case 'failed':
        return Fault.fromRecord(state.fault)
      case 'quiet':
        return this.#asked === null ? new Fault('pairing.replaced') : new Fault('pairing.unwanted')
      case 'showing':
        this.#show(state.code)
        break
      case 'asking':
        if (this.#asked !== state.prompt) void this.#ask(state.prompt, state.device)
        break
      case 'preparing':
      case 'searching':
      case 'proving':
      case 'waiting':
        break
    }
    return undefined
  }

  #show({ words, phrase, link, addresses, expiresAt, triesLeft }: ShownCode): void {
    const { out } = this.#talk.context
    if (this.#triesLeft !== null && triesLeft < this.#triesLeft) {
      out.complain(`Somebody tried other words. Tries left: ${triesLeft}.`)
    }
    const isNew = this.#triesLeft === null
    this.#triesLeft = triesLeft
    if (!isNew) return
    const until = new Date(expiresAt).toISOString()
    if (out.json) {
      return out.document({ event: 'code', words, phrase, link, addresses, expiresAt: until })
    }
    out.line('Type these five words on the other device:')
    out.line('')
    out.line(`  ${out.style.bold(phrase)}`)
    out.line('')
    const facts = [
      ['Link', link],
      ['Address', addresses.join('  ') || 'none'],
      ['Valid', `five minutes, once; ${out.style.dim('Ctrl-C')} takes them back`],
    ]
    for (const line of columns(facts)) out.line(line)
  }

  async #ask(prompt: string, device: Candidate): Promise<void> {
    this.#asked = prompt
    const { core, context, yes } = this.#talk
    const { out } = context
    const { id, name, kind, fingerprint } = device
    if (out.json) out.document({ event: 'request', device: { id, name, kind, fingerprint } })
    else out.line(`${printable(name)} (${kind}) wants to pair. Its fingerprint: ${fingerprint}`)
    try {
      const accept = yes || (await this.#saysYes())
      await core.call('pairing.answer', { prompt, accept })
    } catch {
      // Too late, or stopped: the state tells.
    }
  }

  async #saysYes(): Promise<boolean> {
    const { lines, context } = this.#talk
    context.out.complain('Accept it? [y/N]')
    const answer = await lines.next(context.signal)
    return /^\s*(?:y|yes)\s*$/i.test(answer ?? '')
  }

  #paired({ id, name, kind }: Candidate): void {
    const { out } = this.#talk.context
    if (out.json) return out.document({ event: 'paired', device: { id, name, kind } })
    out.line(`Paired with ${out.style.bold(printable(name))}.`)
  }
}
