import type { CallInput, CallName, CallOutput } from '#shared/contract.ts'
import { within } from '#core/base/deadline.ts'
import { attach } from '#core/control/attach.ts'
import type { CommandContext } from './command.ts'
import { askedOf, type NodeInput } from './node-options.ts'

type Call = <Name extends CallName>(
  name: Name,
  input: CallInput<Name>,
  withinMs?: number,
) => Promise<CallOutput<Name>>

/** The core a command works with: the one that runs this profile, else one for this command. */
interface CoreAtHand {
  readonly running: boolean
  readonly call: Call
}

const usualMs = 10_000

export async function withCore<Result>(
  input: NodeInput,
  context: CommandContext,
  work: (core: CoreAtHand) => Promise<Result>,
): Promise<Result> {
  const { dataDir, clock, signal } = context
  const asked = askedOf(input)
  const attachment = await attach(dataDir, clock, signal)
  if (attachment) {
    const call: Call = (name, input, milliseconds = usualMs) =>
      within({ clock, milliseconds, signal }, (inner) => attachment.client.call(name, input, inner))
    try {
      return await work({ running: true, call })
    } finally {
      attachment.close()
    }
  }
  const node = await context.openNode(asked)
  const { calls } = node.core.api
  const call: Call = (name, input, milliseconds = usualMs) =>
    within({ clock, milliseconds, signal }, (inner) => calls[name](input, inner))
  try {
    return await work({ running: false, call })
  } finally {
    await node.close()
  }
}
