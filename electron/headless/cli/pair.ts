import { open } from 'node:fs/promises'
import { z } from 'zod'
import { typedAddressSchema } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { nodeOptions, nodeSchema } from './node-options.ts'
import { PairingTalk } from './pairing-talk.ts'
import { secretFrom } from './password.ts'
import { Lines } from './stdin.ts'
import { withCore, type CoreAtHand } from './with-core.ts'

/** Far above what an invitation takes. */
const maxFileBytes = 8_192

type Wish =
  | { readonly kind: 'show' }
  | { readonly kind: 'join'; readonly code: string; readonly address: string | null }
  | { readonly kind: 'file'; readonly file: string; readonly password: string }

export const pair = defineCommand({
  name: 'pair',
  about: 'show five words and wait, or join with words, a link or a file',
  words: '[<five words> | <link> | -]',
  options: {
    address: {
      type: 'string',
      flagOnly: true,
      placeholder: '<host:port>',
      about: 'where the words are shown, if it is not found by itself',
    },
    file: { type: 'string', flagOnly: true, placeholder: '<file>', about: 'an invitation' },
    yes: { type: 'boolean', flagOnly: true, about: 'accept the other device without asking' },
    ...nodeOptions,
  },
  schema: nodeSchema.extend({
    address: typedAddressSchema.optional(),
    file: z.string().min(1).optional(),
    yes: z.boolean().default(false),
  }),
  async run({ address, file, yes, ...input }, context, words) {
    const lines = new Lines(context.stdin)
    const wish = await wishOf(words, { address, file }, lines, context)
    await withCore(input, context, async (core) => {
      const { attempt } = await begin(core, wish)
      await new PairingTalk({ core, context, attempt, yes, lines }).run()
    })
  },
})

async function wishOf(
  words: readonly string[],
  { address, file }: { readonly address?: string | undefined; readonly file?: string | undefined },
  lines: Lines,
  context: CommandContext,
): Promise<Wish> {
  if (file !== undefined) {
    if (words.length > 0) {
      throw new Fault('usage.invalid', { problem: 'Give words or a file, not both' })
    }
    const content = await contentOf(file)
    return {
      kind: 'file',
      file: content,
      password: await secretFrom(context, lines, 'Password of the file'),
    }
  }
  const typed = words.join(' ')
  // Words given as arguments are seen by everybody on this computer; those on stdin are not.
  const code = typed === '-' ? ((await lines.next(context.signal)) ?? '') : typed
  if (typed !== '') return { kind: 'join', code, address: address ?? null }
  if (address === undefined) return { kind: 'show' }
  throw new Fault('usage.invalid', { problem: 'An address goes with five words' })
}

function begin({ call }: CoreAtHand, wish: Wish): Promise<{ attempt: number }> {
  if (wish.kind === 'show') return call('pairing.show', {})
  if (wish.kind === 'file') {
    return call('pairing.joinFile', { file: wish.file, password: wish.password })
  }
  return call('pairing.join', { code: wish.code, address: wish.address })
}

async function contentOf(file: string): Promise<string> {
  try {
    await using handle = await open(file, 'r')
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxFileBytes), 0, maxFileBytes, 0)
    return buffer.toString('base64', 0, bytesRead)
  } catch (cause) {
    throw new Fault('usage.invalid', { problem: `“${file}” cannot be read` }, { cause })
  }
}
