import { z } from 'zod'
import { Fault } from '#shared/faults.ts'
import type { PrivateNetworkState } from '#shared/model.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { intoFile, keyIn } from './network-key.ts'
import { nodeOptions, nodeSchema } from './node-options.ts'
import { printable, type Output } from './output.ts'
import { secretFrom } from './password.ts'
import { Lines } from './stdin.ts'
import { withCore, type CoreAtHand } from './with-core.ts'

interface Doing {
  readonly core: CoreAtHand
  readonly out: Output
  /** What was read, for those that take a key. */
  readonly key: string
  /** Where a key is written to, in place of being shown. */
  readonly file: string | null
  readonly keep: (key: string) => Promise<void>
}

const doing = { create, key: reveal, join, leave, status }
type Deed = keyof typeof doing
const deeds = Object.keys(doing)

/** A key comes and goes in files and over the standard streams, never as an argument. */
export const network = defineCommand({
  name: 'network',
  about: 'a private network: devices without its key neither find nor reach this one',
  words: `<${deeds.join(' | ')}>`,
  options: {
    file: {
      type: 'string',
      flagOnly: true,
      placeholder: '<file>',
      about: 'the file a key is written to (create, key) or read from (join)',
    },
    ...nodeOptions,
  },
  schema: nodeSchema.extend({ file: z.string().min(1).optional() }),
  async run({ file = null, ...input }, context, words) {
    const deed = deedOf(words)
    const { out } = context
    const key = deed === 'join' ? await keyToJoin(file, context) : ''
    const run = (keep: Doing['keep']) =>
      withCore(input, context, (core) => doing[deed]({ core, out, key, file, keep }))
    const writes = deed === 'create' || deed === 'key'
    await (file !== null && writes ? intoFile(file, run) : run(async () => {}))
  },
})

async function create({ core, out, file, keep }: Doing): Promise<void> {
  const { key, fingerprint } = await core.call('network.create', {})
  await keep(key)
  const where = file === null ? { key } : { file }
  if (out.json) return out.document({ event: 'created', fingerprint, ...where })
  out.line(`This device belongs to a private network ${when(core)}: ${fingerprint}`)
  out.line('')
  if (file === null) {
    out.line('Its network key, for your other devices and for nobody else:')
    out.line('')
    out.line(`  ${out.style.bold(key)}`)
  } else out.line(`Its network key is in ${printable(file)}, for your other devices.`)
  out.line('')
  out.line('On each of them: gangway network join')
  out.line('Until then they are out of reach, also those that are paired.')
}

async function reveal({ core, out, file, keep }: Doing): Promise<void> {
  const { key } = await core.call('network.key', {})
  await keep(key)
  if (out.json) out.document({ event: 'key', ...(file === null ? { key } : { file }) })
  else out.line(file === null ? key : `The network key is in ${printable(file)}.`)
}

async function join({ core, out, key }: Doing): Promise<void> {
  const { fingerprint } = await core.call('network.join', { key })
  if (out.json) return out.document({ event: 'joined', fingerprint })
  out.line(`This device belongs to a private network ${when(core)}: ${fingerprint}`)
  out.line('On every device of it these are the same three words.')
}

async function leave({ core, out }: Doing): Promise<void> {
  await core.call('network.leave', {})
  if (out.json) out.document({ event: 'left' })
  else out.line(`This device is in the open again ${when(core)}.`)
}

async function status({ core, out }: Doing): Promise<void> {
  const { device } = await core.call('status.get', {})
  const { devices } = await core.call('devices.list', {})
  const elsewhere = devices
    .filter((row) => row.state === 'disconnected' && row.reason === 'elsewhere')
    .map(({ id, name }) => ({ id, name }))
  if (out.json) return out.document({ privateNetwork: device.privateNetwork, elsewhere })
  for (const line of statusLines(device.privateNetwork)) out.line(line)
  for (const { name } of elsewhere) {
    out.line(`${printable(name)} answered, and is not in the same network.`)
  }
}

function statusLines(network: PrivateNetworkState | null): string[] {
  if (!network) return ['This device is in no private network.']
  return [
    `This device is in a private network: ${network.fingerprint}`,
    ...(network.given ? ['Its key was given by GANGWAY_NETWORK_KEY, for this run.'] : []),
  ]
}

/** A core that runs only for this command is gone when the sentence is read. */
function when({ running }: CoreAtHand): string {
  return running ? 'from now on' : 'from its next start on'
}

function deedOf([word = '', ...others]: readonly string[]): Deed {
  if (isDeed(word) && others.length === 0) return word
  const problem =
    word === 'join'
      ? 'A network key is asked for; behind the command others could read it'
      : `Say what to do: ${deeds.join(', ')}`
  throw new Fault('usage.invalid', { problem })
}

function isDeed(word: string): word is Deed {
  return deeds.includes(word)
}

function keyToJoin(file: string | null, context: CommandContext): Promise<string> {
  if (file !== null) return keyIn(file)
  return secretFrom(context, new Lines(context.stdin), 'Network key')
}
