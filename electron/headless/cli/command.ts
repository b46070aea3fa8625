import type { z } from 'zod'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '#core/base/clock.ts'
import type { Environment } from '#core/base/environment.ts'
import type { LogLevel } from '#core/base/log.ts'
import type { Node, NodeOptions } from '../node.ts'
import type { Secrets } from '../secrets.ts'
import type { Given, OptionSpecs } from './options.ts'
import type { Output } from './output.ts'

/** Standard input; what a terminal shows of it can be turned off. */
interface Input extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean
  setRawMode?(on: boolean): unknown
}

/** What every command is given besides its own options. */
export interface CommandContext {
  readonly dataDir: string
  readonly env: Environment
  readonly out: Output
  readonly clock: Clock
  readonly version: string
  readonly secrets: Secrets
  /** Aborts when the person or the system asks the command to stop. */
  readonly signal: AbortSignal
  readonly stdin: Input
  /** Runs the core of this profile inside this process. */
  openNode(options: AskedOfNode): Promise<Node>
}

/** What a command may ask of the node it runs. */
export type AskedOfNode = Pick<NodeOptions, 'overrides' | 'peers' | 'forceRelay' | 'udpPort'>

/** What a process offers: the real one in main.ts, a made-up one in tests. */
export interface World extends Omit<CommandContext, 'dataDir' | 'out' | 'openNode'> {
  readonly stdout: { readonly isTTY?: boolean; write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  openNode(profile: Profile, options: AskedOfNode): Promise<Node>
  /** Keeps what nobody expected for the log: people get its sentence, not its stack. */
  report(profile: Profile, error: unknown): void
}

interface Profile {
  readonly dataDir: string
  /** Undefined unless somebody asked for one: then the log goes to stderr as well. */
  readonly logLevel: LogLevel | undefined
}

/** One row of the table of commands. */
export interface Command {
  readonly name: string
  readonly about: string
  /** What it takes besides options, as written in the help; null when nothing. */
  readonly words: string | null
  readonly options: OptionSpecs
  /** Throws `usage.invalid` when what was given makes no sense. Resolves to the exit code. */
  run(given: Given, context: CommandContext): Promise<number>
}

interface Definition<Schema extends z.ZodType> extends Omit<Command, 'run' | 'words'> {
  readonly words?: string
  readonly schema: Schema
  /** What resolves to nothing is done, with exit code 0. */
  readonly run: (
    input: z.infer<Schema>,
    context: CommandContext,
    words: readonly string[],
  ) => Promise<number | void>
}

export function defineCommand<Schema extends z.ZodType>(definition: Definition<Schema>): Command {
  const { schema, run, words = null, ...rest } = definition
  return {
    ...rest,
    words,
    run: async (given, context) =>
      (await run(parseOptions(schema, given.options), context, given.words)) ?? 0,
  }
}

export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  options: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(options)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const option = String(issue?.path[0] ?? '')
  throw new Fault('usage.invalid', {
    problem: `--${option} cannot be used as it is: ${issue ? wrongWith(issue) : ''}`,
  })
}

/** The library's own words are for programmers. */
function wrongWith(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small') {
    return issue.origin === 'string' ? 'it is empty' : `at least ${issue.minimum} is possible`
  }
  if (issue.code === 'too_big') {
    return `at most ${issue.maximum}${issue.origin === 'string' ? ' letters are' : ' is'} possible`
  }
  if (issue.code === 'invalid_value') return `it is one of ${issue.values.join(', ')}`
  if (issue.code === 'invalid_type') return `it is a ${issue.expected}`
  const isUrl = issue.code === 'invalid_format' && issue.format === 'url'
  return isUrl ? 'it is a URL, such as https://relay.example' : issue.message
}
