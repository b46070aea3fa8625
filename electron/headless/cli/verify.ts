import { z } from 'zod'
import type { PairedDevice, Verification } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import { isDeviceId } from '#shared/ids.ts'
import { formatBytes } from '#shared/formatting.ts'
import { sleep } from '#core/base/clock.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { resolveDevice } from './devices.ts'
import { nodeOptions, nodeSchema } from './node-options.ts'
import { columns, printable, type Output } from './output.ts'
import { withCore, type CoreAtHand } from './with-core.ts'

/** A core that runs only for this command has yet to find its devices. */
const settleMs = 1_500
/** To find the device, to measure over both kinds of lane, and to put everything down again. */
const verifyMs = 90_000

type Row = Verification & { readonly paired: boolean }

export const verify = defineCommand({
  name: 'verify',
  about: 'whether devices are reachable, paired and answer, and how fast the way there is',
  words: '<device>... | --all',
  options: {
    all: { type: 'boolean', flagOnly: true, about: 'every paired device that is not blocked' },
    ...nodeOptions,
  },
  schema: nodeSchema.extend({ all: z.boolean().default(false) }),
  async run({ all, ...input }, context, words) {
    if (all === words.length > 0) {
      throw new Fault('usage.invalid', { problem: 'Say which devices, or --all' })
    }
    const rows = await withCore(input, context, async (core) => {
      const { devices } = await core.call('devices.list', {})
      const wanted = all
        ? devices.filter(({ trust }) => trust !== 'blocked')
        : meant(devices, words)
      if (!core.running && wanted.length > 0) await sleep(context.clock, settleMs, context.signal)
      return looked(core, wanted, context)
    })
    if (context.out.json) context.out.document({ ok: rows.every(isRight), devices: rows })
    return exitOf(rows)
  },
})

/** Whoever is meant but is not paired is a finding, not a mistake. */
type Meant = Pick<PairedDevice, 'id' | 'name'> & { readonly paired?: false }

function meant(devices: readonly PairedDevice[], words: readonly string[]): Meant[] {
  return words.map((word) => {
    const id = word.toLowerCase()
    const isStranger = isDeviceId(id) && devices.every((device) => device.id !== id)
    return isStranger ? { id, name: word.slice(0, 8), paired: false } : resolveDevice(devices, word)
  })
}

/** One after the other: each is to have the network for itself. */
async function looked(
  { call }: CoreAtHand,
  wanted: readonly Meant[],
  { out }: CommandContext,
): Promise<Row[]> {
  const rows: Row[] = []
  for (const { id, name, paired = true } of wanted) {
    out.progress(`${name} …`)
    rows.push(
      paired
        ? { ...(await call('device.verify', { id }, verifyMs)), paired }
        : { ...stranger(id, name), paired },
    )
  }
  out.progress(null)
  if (!out.json) for (const line of lines(rows, out)) out.line(line)
  return rows
}

function stranger(id: Meant['id'], name: string): Verification {
  const fault = new Fault('device.unknown').toRecord()
  const nothing = { reachable: false, session: false, path: null, roundTripMs: null }
  return { id, name, ...nothing, throughput: null, fault }
}

function isRight({ fault }: Row): boolean {
  return fault === null
}

/** 3 where all that is wrong is that somebody is away. */
function exitOf(rows: readonly Row[]): number {
  const wrong = rows.filter((row) => !isRight(row))
  if (rows.length > 0 && wrong.length === 0) return 0
  return wrong.length > 0 && wrong.every(({ paired, reachable }) => paired && !reachable) ? 3 : 1
}

function lines(rows: readonly Row[], { style }: Output): string[] {
  if (rows.length === 0) return ['No device is paired yet. Pair one with: gangway pair']
  const head = ['DEVICE', 'PAIRED', 'REACHABLE', 'SESSION', 'WAY', 'ROUND TRIP', 'SPEED', '']
  const table = rows.map(({ name, paired, reachable, session, path, ...row }) => [
    printable(name),
    word(paired),
    word(reachable),
    word(session),
    path?.kind ?? '–',
    row.roundTripMs === null ? '–' : `${row.roundTripMs.toFixed(1)} ms`,
    row.throughput === null
      ? '–'
      : `${formatBytes(row.throughput.bytesPerSecond)}/s over ${row.throughput.lane}`,
    row.fault === null ? 'all right' : row.fault.message,
  ])
  const [first = '', ...rest] = columns([head, ...table])
  return [style.dim(first), ...rest]
}

function word(is: boolean): string {
  return is ? 'yes' : 'no'
}
