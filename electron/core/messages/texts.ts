import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { textSchema, type ReceivedText } from '#shared/devices.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { Clock } from '../base/clock.ts'
import { crowdedOut } from '../base/crowded-out.ts'
import { Table } from '../base/state.ts'
import type { Mail, Messages } from './messages.ts'

const bodySchema = z.strictObject({ text: textSchema })
const maxReceived = 100

/** Words and links people send each other. Received ones wait here, in memory, to be looked at. */
export class Texts {
  readonly received = new Table<ReceivedText>()
  readonly #clock: Clock
  readonly #mail: Mail<z.input<typeof bodySchema>>

  constructor(messages: Messages, clock: Clock) {
    this.#clock = clock
    this.#mail = messages.define({
      kind: 'text',
      schema: bodySchema,
      mayFrom: (trust) => trust === 'trusted' || trust === 'known',
      rate: { burst: 30, perSecond: 0.5 },
      handle: (from, { text }) => this.#keep(from, text),
    })
  }

  /** Resolves when the other device has it. */
  send(to: DeviceId, text: string, signal?: AbortSignal): Promise<void> {
    return this.#mail.send(to, { text }, { signal })
  }

  dismiss(id: string): void {
    this.received.remove(id)
  }

  close(): void {
    this.#mail.withdraw()
  }

  #keep(from: DeviceId, text: string): void {
    this.received.put({ id: randomUUID(), from, text, at: this.#clock.now() })
    for (const { id } of crowdedOut(this.received.rows, maxReceived, (text) => text.from)) {
      this.received.remove(id)
    }
  }
}
