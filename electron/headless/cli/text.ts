import { z } from 'zod'
import { textSchema } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { resolveDevice } from './devices.ts'
import { nodeOptions, nodeSchema } from './node-options.ts'
import { printable } from './output.ts'
import { textFrom } from './stdin.ts'
import { withCore } from './with-core.ts'

const maxBytes = 64 * 1024
/** Longer than the core tries, so that its own word for what went wrong is heard. */
const deliveryMs = 35_000

export const text = defineCommand({
  name: 'text',
  about: 'send a text or a link to a paired device',
  words: '<text> | - --to <device>',
  options: {
    to: { type: 'string', flagOnly: true, placeholder: '<device>', about: 'its name or id' },
    ...nodeOptions,
  },
  schema: nodeSchema.extend({ to: z.string().optional() }),
  async run({ to, ...input }, context, words) {
    if (to === undefined) {
      throw new Fault('usage.invalid', { problem: 'Say which device with --to <device>' })
    }
    const message = await messageFrom(words, context)
    const device = await withCore(input, context, async ({ call }) => {
      const { devices } = await call('devices.list', {})
      const device = resolveDevice(devices, to)
      await call('text.send', { to: device.id, text: message }, deliveryMs)
      return device
    })
    const { id, name } = device
    if (context.out.json) context.out.document({ event: 'sent', to: { id, name } })
    else context.out.line(`Sent to ${printable(name)}.`)
  },
})

async function messageFrom(
  words: readonly string[],
  { stdin, signal }: CommandContext,
): Promise<string> {
  const [word, ...others] = words
  if (word === undefined || others.length > 0) {
    throw new Fault('usage.invalid', {
      problem: 'The text is one word: put it in quotes, or give - to read it from stdin',
    })
  }
  const parsed = textSchema.safeParse(word === '-' ? await textFrom(stdin, maxBytes, signal) : word)
  if (parsed.success) return parsed.data
  const problem = parsed.error.issues[0]?.message ?? ''
  throw new Fault('usage.invalid', { problem: `The text cannot be sent as it is: ${problem}` })
}
