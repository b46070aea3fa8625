import { resolve } from 'node:path'
import { z } from 'zod'
import { Fault } from '#shared/faults.ts'
import type { Transfer } from '#shared/transfers.ts'
import { defineCommand, type Command, type CommandContext } from './command.ts'
import { nodeOptions, nodeSchema, type NodeInput } from './node-options.ts'
import { printable } from './output.ts'
import { resolveTransfer } from './transfer-rows.ts'
import { withCore, type CoreAtHand } from './with-core.ts'

interface Action {
  readonly name: string
  readonly about: string
  /** What has become of it, for `--json` and for people. */
  readonly event: string
  /** Answers with the id of a new transfer where there is one. */
  readonly act: (transfer: Transfer, core: CoreAtHand) => Promise<{ readonly id?: Transfer['id'] }>
}

const actions: readonly Action[] = [
  {
    name: 'reject',
    about: 'say no to an offer',
    event: 'rejected',
    act: ({ id }, { call }) => call('transfer.answer', { id, accept: false }),
  },
  {
    name: 'pause',
    about: 'let a transfer rest',
    event: 'paused',
    act: ({ id }, { call }) => call('transfer.pause', { id }),
  },
  {
    name: 'resume',
    about: 'let a transfer go on',
    event: 'resumed',
    act: ({ id }, { call }) => call('transfer.resume', { id }),
  },
  {
    name: 'cancel',
    about: 'end a transfer; what has arrived stays',
    event: 'cancelled',
    act: ({ id }, { call }) => call('transfer.cancel', { id }),
  },
  {
    name: 'retry',
    about: 'try again what has not arrived',
    event: 'retried',
    act: ({ id }, { call }) => call('transfer.retry', { id }),
  },
  {
    name: 'again',
    about: 'send the same things to the same device once more',
    event: 'queued',
    act: ({ id }, { call }) => call('transfer.sendAgain', { id }),
  },
  {
    name: 'forget',
    about: 'remove a transfer that ended from the history; files stay',
    event: 'forgotten',
    act: ({ id }, { call }) => call('history.remove', { id }),
  },
]

const accept = defineCommand({
  name: 'accept',
  about: 'say yes to an offer',
  words: '<id>',
  options: {
    folder: { type: 'string', flagOnly: true, placeholder: '<folder>', about: 'where it lands' },
    'skip-existing': {
      type: 'boolean',
      flagOnly: true,
      about: 'leave out files whose name is taken; otherwise both are kept',
    },
    always: {
      type: 'boolean',
      flagOnly: true,
      about: 'from now on, do so with whatever this device offers',
    },
    ...nodeOptions,
  },
  schema: nodeSchema.extend({
    folder: z.string().min(1).optional(),
    'skip-existing': z.boolean().default(false),
    always: z.boolean().default(false),
  }),
  async run({ folder, always, 'skip-existing': skips, ...input }, context, words) {
    await onTransfer({ input, context, words, event: 'accepted' }, ({ id }, { call }) =>
      call('transfer.answer', {
        id,
        accept: true,
        always,
        conflicts: skips ? 'skip' : 'keepBoth',
        ...(folder === undefined ? {} : { folder: resolve(folder) }),
      }),
    )
  },
})

export const transferActions: readonly Command[] = [
  accept,
  ...actions.map(({ name, about, event, act }) =>
    defineCommand({
      name,
      about,
      words: '<id>',
      options: nodeOptions,
      schema: nodeSchema,
      run: (input, context, words) => onTransfer({ input, context, words, event }, act),
    }),
  ),
]

interface Asked {
  readonly input: NodeInput
  readonly context: CommandContext
  readonly words: readonly string[]
  readonly event: string
}

async function onTransfer(
  { input, context, words, event }: Asked,
  act: Action['act'],
): Promise<void> {
  const [word, ...others] = words
  if (word === undefined || others.length > 0) {
    throw new Fault('usage.invalid', { problem: 'Say which transfer, by its id' })
  }
  const { id, deviceName } = await withCore(input, context, async (core) => {
    const { transfers } = await core.call('transfers.list', {})
    const ended = await core.call('history.list', { search: '', offset: 0, limit: 200 })
    const shown = new Set(transfers.map(({ id }) => id))
    const earlier = ended.transfers.filter(({ id }) => !shown.has(id))
    const transfer = resolveTransfer([...transfers, ...earlier], word)
    if (!transfer) throw new Fault('transfer.unknown')
    const made = await act(transfer, core)
    return { ...transfer, ...made }
  })
  const { out } = context
  if (out.json) out.document({ event, transferId: id })
  else out.line(`${id.slice(0, 8)} (${printable(deviceName)}): ${event}.`)
}
