import { z } from 'zod'
import { Fault, isCancellation } from '#shared/faults.ts'
import { logLevels } from '#core/base/log.ts'
import { profileFolder } from '#core/base/this-computer.ts'
import { parseOptions, type Command, type CommandContext, type World } from './command.ts'
import { doctor } from './doctor.ts'
import { commandNamed, globalOptions, helpCommand } from './help.ts'
import { invite } from './invite.ts'
import { devices, trust, unpair } from './list-devices.ts'
import { readOptions } from './options.ts'
import { createOutput, type Output } from './output.ts'
import { network } from './network.ts'
import { pair } from './pair.ts'
import { peer } from './peer.ts'
import { send } from './send.ts'
import { serve } from './serve.ts'
import { status } from './status.ts'
import { text } from './text.ts'
import { token } from './token.ts'
import { verify } from './verify.ts'
import { transferActions } from './transfer-actions.ts'
import { transfers } from './list-transfers.ts'

const working = [
  serve,
  pair,
  invite,
  network,
  devices,
  unpair,
  trust,
  peer,
  send,
  transfers,
  ...transferActions,
  text,
  token,
  status,
  verify,
  doctor,
]
const commands: readonly Command[] = [...working, helpCommand(working)]

const globalSchema = z.object({
  'data-dir': z.string().min(1).optional(),
  'log-level': z.enum(logLevels).optional(),
})

const interrupted = 130

/** Runs one command line and resolves to its exit code. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  const { stdout, stderr, env } = world
  const out = createOutput(argv.includes('--json'), stdout, stderr, env)
  try {
    return await runCommand(argv, world, out)
  } catch (error) {
    if (isCancellation(error)) return interrupted
    const fault = Fault.of(error)
    if (out.json) out.document({ event: 'failed', code: fault.code, message: fault.message })
    else out.complain(`gangway: ${fault.message}`)
    return fault.row.exit
  }
}

async function runCommand(argv: readonly string[], world: World, out: Output): Promise<number> {
  const { name, args } = splitCommand(argv)
  if (name === null && has(args, '--version', '-V')) return sayVersion(world.version, out)
  const wantsHelp = has(args, '--help', '-h')
  if (name === null && !wantsHelp) {
    throw new Fault('usage.invalid', { problem: 'No command was given' })
  }
  const command = commandNamed(commands, wantsHelp ? 'help' : (name ?? 'help'))
  const rest = wantsHelp ? (name === null ? [] : [name]) : args
  const specs = { ...command.options, ...globalOptions }
  const given = readOptions(specs, rest, world.env, command.words !== null)
  const globals = parseOptions(globalSchema, given.options)
  const dataDir = profileFolder(globals['data-dir'], world.env)
  const profile = { dataDir, logLevel: globals['log-level'] }
  try {
    const openNode: CommandContext['openNode'] = (options) => world.openNode(profile, options)
    return await command.run(given, { ...world, out, dataDir, openNode })
  } catch (error) {
    if (!isCancellation(error) && Fault.of(error).code === 'internal') world.report(profile, error)
    throw error
  }
}

/** The first thing that is neither an option nor the value of one; options may stand before it. */
function splitCommand(argv: readonly string[]): { name: string | null; args: string[] } {
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? ''
    if (argument === '--data-dir' || argument === '--log-level') at += 1
    else if (!argument.startsWith('-')) {
      return { name: argument, args: [...argv.slice(0, at), ...argv.slice(at + 1)] }
    }
  }
  return { name: null, args: [...argv] }
}

/** Behind `--` everything is a word. */
function has(args: readonly string[], ...names: string[]): boolean {
  const end = args.indexOf('--')
  return (end === -1 ? args : args.slice(0, end)).some((argument) => names.includes(argument))
}

function sayVersion(version: string, out: Output): number {
  if (out.json) out.document({ version })
  else out.line(`gangway ${version}`)
  return 0
}
