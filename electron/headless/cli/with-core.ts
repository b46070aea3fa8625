import type {
  Api,
  CallInput,
  CallName,
  CallOutput,
  StreamItem,
  StreamName,
} from '#shared/contract.ts'
import type { ContractClient } from '#shared/channel/client.ts'
import { cancellation, Fault } from '#shared/faults.ts'
import { within } from '#core/base/deadline.ts'
import { attach } from '#core/control/attach.ts'
import type { CommandContext } from './command.ts'
import { askedOf, type NodeInput } from './node-options.ts'

type Call = <Name extends CallName>(
  name: Name,
  input: CallInput<Name>,
  withinMs?: number,
) => Promise<CallOutput<Name>>

/** Follows a stream until something in it is the answer. */
type Follow = <Name extends StreamName, Result>(
  name: Name,
  look: (item: StreamItem<Name>) => Result | undefined,
) => Promise<Result>

/** The core a command works with: the one that runs this profile, else one for this command. */
export interface CoreAtHand {
  readonly running: boolean
  readonly call: Call
  /** A call that is made even after the person has asked the command to stop. */
  readonly lastCall: Call
  readonly follow: Follow
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
    try {
      return await work({ running: true, ...attached(attachment.client, context) })
    } finally {
      attachment.close()
    }
  }
  const node = await context.openNode(asked)
  try {
    return await work({ running: false, ...own(node.core.api, context) })
  } finally {
    await node.close()
  }
}

type Ways = Omit<CoreAtHand, 'running'>

function attached(client: ContractClient, { clock, signal }: CommandContext): Ways {
  const caller =
    (until?: AbortSignal): Call =>
    (name, input, milliseconds = usualMs) =>
      within({ clock, milliseconds, signal: until }, (inner) => client.call(name, input, inner))
  return {
    call: caller(signal),
    lastCall: caller(),
    follow: (name, look) =>
      following(signal, (found, inner) => client.watch(name, (item) => found(look(item)), inner)),
  }
}

function own({ calls, streams }: Api, { clock, signal }: CommandContext): Ways {
  const caller =
    (until?: AbortSignal): Call =>
    (name, input, milliseconds = usualMs) =>
      within({ clock, milliseconds, signal: until }, (inner) => calls[name](input, inner))
  return {
    call: caller(signal),
    lastCall: caller(),
    follow: (name, look) =>
      following(signal, async (found, inner) => {
        for await (const item of streams[name](inner)) found(look(item))
      }),
  }
}

async function following<Result>(
  signal: AbortSignal,
  watch: (found: (result: Result | undefined) => void, inner: AbortSignal) => Promise<void>,
): Promise<Result> {
  const enough = new AbortController()
  const answers: Result[] = []
  const found = (result: Result | undefined) => {
    if (result === undefined) return
    answers.push(result)
    enough.abort()
  }
  await watch(found, AbortSignal.any([signal, enough.signal]))
  const [answer] = answers
  if (answer !== undefined) return answer
  throw signal.aborted ? cancellation() : new Fault('host.lost')
}
