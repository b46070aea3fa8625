import type { CallInput, CallName, CallOutput } from '#shared/contract.ts'
import { within } from '#core/base/deadline.ts'
import { attach } from '#core/control/attach.ts'
import type { CommandContext } from './command.ts'
import { overridesOf, type NodeInput } from './node-options.ts'

/** The core a command works with: the one that runs this profile, else one for this command. */
export interface CoreAtHand {
  readonly running: boolean
  readonly call: <Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
  ) => Promise<CallOutput<Name>>
}

const answerWithinMs = 10_000

export async function withCore<Result>(
  input: NodeInput,
  context: CommandContext,
  work: (core: CoreAtHand) => Promise<Result>,
): Promise<Result> {
  const { dataDir, clock, signal } = context
  const attachment = await attach(dataDir, clock, signal)
  if (!attachment) return withOwn(input, context, work)
  const bounds = { clock, milliseconds: answerWithinMs, signal }
  try {
    return await work({
      running: true,
      call: (name, input) => within(bounds, (inner) => attachment.client.call(name, input, inner)),
    })
  } finally {
    attachment.close()
  }
}

async function withOwn<Result>(
  input: NodeInput,
  context: CommandContext,
  work: (core: CoreAtHand) => Promise<Result>,
): Promise<Result> {
  const node = await context.openNode({ overrides: overridesOf(input), peers: input.peer })
  const { calls } = node.core.api
  try {
    return await work({
      running: false,
      call: (name, input) => calls[name](input, context.signal),
    })
  } finally {
    await node.close()
  }
}
