import { trustSchema, type PairedDevice } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import { shortId } from '#shared/ids.ts'
import { sleep } from '#core/base/clock.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { resolveDevice } from './devices.ts'
import { nodeOptions, nodeSchema, type NodeInput } from './node-options.ts'
import { columns, printable, type Output } from './output.ts'
import { withCore, type CoreAtHand } from './with-core.ts'

/** A core that runs only for this command has yet to find its devices. */
const settleMs = 1_500

export const devices = defineCommand({
  name: 'devices',
  about: 'the paired devices, and which of them are there',
  options: nodeOptions,
  schema: nodeSchema,
  async run(input, context) {
    const { out } = context
    const { rows, lanOnly } = await withCore(input, context, async (core) => ({
      rows: await settled(core, context),
      lanOnly: (await core.call('status.get', {})).device.settings.lanOnly,
    }))
    if (out.json) out.document({ devices: rows.map((row) => ({ ...row, path: pathOf(row) })) })
    else for (const line of lines(rows, out)) out.line(line)
    if (lanOnly && rows.some(isAway)) out.complain(notBeyond)
  },
})

export const unpair = defineCommand({
  name: 'unpair',
  about: 'end the pairing with a device, here and there',
  words: '<device>',
  options: nodeOptions,
  schema: nodeSchema,
  async run(input, context, words) {
    const { id, name } = await withDevice(input, context, onlyWord(words), async (device, core) => {
      await core.call('device.remove', { id: device.id })
      return device
    })
    if (context.out.json) context.out.document({ event: 'unpaired', device: { id, name } })
    else context.out.line(`${printable(name)} is no longer paired.`)
  },
})

export const trust = defineCommand({
  name: 'trust',
  about: 'what a device may do: trusted, known, observer or blocked',
  words: '<device> <level>',
  options: nodeOptions,
  schema: nodeSchema,
  async run(input, context, words) {
    const level = trustSchema.safeParse(words.at(-1)).data
    if (!level) {
      const problem = `Say how far: ${trustSchema.options.join(', ')}`
      throw new Fault('usage.invalid', { problem })
    }
    const wanted = onlyWord(words.slice(0, -1))
    const { id, name } = await withDevice(input, context, wanted, async (device, core) => {
      await core.call('device.change', { id: device.id, trust: level })
      return device
    })
    const { out } = context
    if (out.json) out.document({ event: 'changed', device: { id, name, trust: level } })
    else out.line(`${printable(name)} is ${level}.`)
  },
})

function onlyWord([word, ...others]: readonly string[]): string {
  if (word !== undefined && others.length === 0) return word
  throw new Fault('usage.invalid', { problem: 'Say which device, by its name or id, in one word' })
}

async function withDevice<Result>(
  input: NodeInput,
  context: CommandContext,
  wanted: string,
  work: (device: PairedDevice, core: CoreAtHand) => Promise<Result>,
): Promise<Result> {
  return withCore(input, context, async (core) =>
    // The device is told as well, if it is there.
    work(resolveDevice(await settled(core, context), wanted), core),
  )
}

async function settled(core: CoreAtHand, context: CommandContext): Promise<PairedDevice[]> {
  const { devices: known } = await core.call('devices.list', {})
  if (core.running || known.length === 0) return known
  await sleep(context.clock, settleMs, context.signal)
  return (await core.call('devices.list', {})).devices
}

function pathOf(row: PairedDevice) {
  return row.state === 'connected' || row.state === 'idle' ? row.path : null
}

function lines(rows: readonly PairedDevice[], out: Output): string[] {
  if (rows.length === 0) return ['No device is paired yet. Pair one with: gangway pair']
  return columns(
    rows.map((row) => [
      out.style.bold(printable(row.name)),
      row.kind,
      row.trust,
      standing(row),
      seen(row),
      shortId(row.id),
    ]),
  )
}

/** Where it stands, in words; when it is there, how it is reached says more. */
function standing(row: PairedDevice): string {
  if (row.state === 'disconnected') return reasons[row.reason]
  return pathOf(row)?.kind ?? states[row.state]
}

const states: Readonly<Record<Exclude<PairedDevice['state'], 'disconnected'>, string>> = {
  discovered: 'nearby',
  pairing: 'pairing',
  paired: 'not reached yet',
  connecting: 'connecting',
  connected: 'connected',
  idle: 'idle',
}

function isAway(row: PairedDevice): boolean {
  return row.state === 'disconnected' && row.reason === 'away'
}

const notBeyond = '--lan-only is on: devices on other networks cannot be reached.'

type Reason = Extract<PairedDevice, { state: 'disconnected' }>['reason']
const reasons: Readonly<Record<Reason, string>> = {
  away: 'away',
  closed: 'Gangway is closed there',
  lost: 'connection lost',
  blocked: 'blocked by you',
  removed: 'ended the pairing',
  elsewhere: 'not in the same private network',
}

function seen({ lastSeen, state }: PairedDevice): string {
  if (state === 'connected' || state === 'idle') return 'there now'
  return lastSeen === null ? 'never seen' : `seen ${new Date(lastSeen).toISOString().slice(0, 16)}`
}
