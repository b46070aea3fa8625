import { resolve } from 'node:path'
import { z } from 'zod'
import type { PairedDevice } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import type { TransferId } from '#shared/ids.ts'
import { formatBytes, formatSeconds } from '#shared/formatting.ts'
import { isOver } from '#shared/transfer-states.ts'
import { maxFilesPerPage, type Transfer, type TransferFile } from '#shared/transfers.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { resolveDevice } from './devices.ts'
import { nodeOptions, nodeSchema } from './node-options.ts'
import { printable } from './output.ts'
import { progressLine, stateText } from './transfer-rows.ts'
import { withCore, type CoreAtHand } from './with-core.ts'

const tellEveryMs = 250

export const send = defineCommand({
  name: 'send',
  about: 'send files and folders to a paired device',
  words: '<path>... --to <device>',
  options: {
    to: { type: 'string', flagOnly: true, placeholder: '<device>', about: 'its name or id' },
    wait: { type: 'boolean', flagOnly: true, about: 'until everything has arrived' },
    ...nodeOptions,
  },
  schema: nodeSchema.extend({ to: z.string().optional(), wait: z.boolean().default(false) }),
  async run({ to, wait, ...input }, context, words) {
    if (to === undefined) {
      throw new Fault('usage.invalid', { problem: 'Say which device with --to <device>' })
    }
    if (words.length === 0) throw new Fault('usage.invalid', { problem: 'Say what to send' })
    const paths = words.map((path) => resolve(path))
    return withCore(input, context, async (core) => {
      const { devices } = await core.call('devices.list', {})
      const device = resolveDevice(devices, to)
      const { id } = await core.call('transfer.send', { to: device.id, paths })
      // Where nothing else runs, nothing would be left to send it.
      if (wait || !core.running) return new Waiting(core, context, id).run()
      sayQueued(id, device, context)
      return 0
    })
  },
})

function sayQueued(id: TransferId, { id: to, name }: PairedDevice, { out }: CommandContext): void {
  if (out.json) out.document({ event: 'queued', transferId: id, to: { id: to, name } })
  else out.line(`On its way to ${printable(name)} as ${id.slice(0, 8)}.`)
}

/** Tells how a transfer goes until it has ended. */
class Waiting {
  readonly #core: CoreAtHand
  readonly #context: CommandContext
  readonly #id: TransferId
  #toldAt = -Infinity
  #told: string | null = null

  constructor(core: CoreAtHand, context: CommandContext, id: TransferId) {
    this.#core = core
    this.#context = context
    this.#id = id
  }

  async run(): Promise<number> {
    const ended = await this.#core.follow('transfers.watch', (item) => {
      const rows = 'snapshot' in item ? item.snapshot : item.put
      const row = rows.find(({ id }) => id === this.#id)
      if (row && !isOver(row)) this.#progress(row)
      return row && isOver(row) ? row : undefined
    })
    this.#context.out.progress(null)
    return this.#end(ended, await this.#files())
  }

  #progress(row: Transfer): void {
    const { out, clock } = this.#context
    const now = clock.monotonic()
    if (!out.json) this.#state(row)
    if (now - this.#toldAt < tellEveryMs) return
    this.#toldAt = now
    if (!out.json) return out.progress(progressLine(row))
    if (row.state !== 'moving' && row.state !== 'finishing') return
    const { bytes, totalBytes, rate, etaSeconds, lane } = row
    const facts = { bytes, totalBytes, rate, etaSeconds, lane }
    out.document({ event: 'progress', transferId: this.#id, ...facts })
  }

  /** A plain line for each change of state, where there is no terminal to write over. */
  #state(row: Transfer): void {
    const state = stateText(row)
    if (state === this.#told || this.#context.out.isTerminal) return
    this.#told = state
    this.#context.out.line(`${row.id.slice(0, 8)}: ${state}`)
  }

  async #files(): Promise<TransferFile[]> {
    const files: TransferFile[] = []
    for (;;) {
      const page = await this.#core.call('transfer.files', {
        id: this.#id,
        offset: files.length,
        limit: maxFilesPerPage,
      })
      files.push(...page.files)
      if (page.files.length === 0 || files.length >= page.total) return files
    }
  }

  #end(row: Transfer, files: readonly TransferFile[]): number {
    const { out } = this.#context
    const { bytes, seconds, lane, state } = row
    const landed = files
      .filter((file) => file.state === 'landed')
      .map(({ path, bytes, blake3 }) => ({ path, bytes, blake3 }))
    const why = (wanted: TransferFile['state']) =>
      files.filter((file) => file.state === wanted).map(({ path, reason }) => ({ path, reason }))
    const facts = { transferId: this.#id, bytes, seconds, lane, files: landed }
    if (state === 'done') {
      if (out.json) out.document({ event: 'done', ...facts, skipped: why('skipped') })
      else this.#sayDone(row, why('skipped'))
      return 0
    }
    const fault = faultOf(row)
    const { code, message } = fault
    if (out.json) {
      const left = { skipped: why('skipped'), failed: why('failed') }
      out.document({ event: 'failed', state, code, message, ...facts, ...left })
      return fault.row.exit
    }
    for (const { path, reason } of why('failed')) out.complain(`${path}: ${reason}`)
    out.complain(`gangway: ${message}`)
    return fault.row.exit
  }

  #sayDone(row: Transfer, skipped: readonly { path: string; reason: string | null }[]): void {
    const { out } = this.#context
    for (const { path, reason } of skipped) out.line(`Left out ${printable(path)}: ${reason}`)
    const size = `${row.doneFiles} files, ${formatBytes(row.bytes)}`
    const time = formatSeconds(row.seconds)
    out.line(`Arrived at ${printable(row.deviceName)}: ${size} in ${time}.`)
  }
}

function faultOf(row: Transfer): Fault {
  if (row.state === 'failed' || row.state === 'declined') return Fault.fromRecord(row.fault)
  return new Fault('transfer.cancelled')
}
