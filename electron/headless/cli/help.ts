import { Fault } from '#shared/faults.ts'
import { environmentName } from '#core/base/environment.ts'
import type { Command } from './command.ts'
import { nodeOptions } from './node-options.ts'
import type { OptionSpecs } from './options.ts'
import { columns, type Output } from './output.ts'

export const globalOptions = {
  'data-dir': {
    type: 'string',
    placeholder: '<folder>',
    about: 'the profile to use',
  },
  json: { type: 'boolean', flagOnly: true, about: 'JSON on stdout, and nothing else' },
  'log-level': {
    type: 'string',
    placeholder: '<level>',
    about: 'log to stderr as well: debug, info, warn, error or off',
  },
} as const satisfies OptionSpecs

/** `gangway help [<command>]`, made from the table it describes. */
export function helpCommand(commands: readonly Command[]): Command {
  const help: Command = {
    name: 'help',
    about: 'what is possible',
    words: '[<command>]',
    options: {},
    async run({ words }, { out }) {
      const [name, ...rest] = words
      if (rest.length > 0)
        throw new Fault('usage.invalid', { problem: 'Help is about one command' })
      const all = [...commands, help]
      const lines = name === undefined ? overview(all) : about(commandNamed(all, name))
      print(lines, out)
      return 0
    },
  }
  return help
}

export function commandNamed(commands: readonly Command[], name: string): Command {
  const command = commands.find((candidate) => candidate.name === name)
  if (!command) throw new Fault('usage.invalid', { problem: `There is no command “${name}”` })
  return command
}

function overview(commands: readonly Command[]): string[] {
  return [
    'Gangway pairs laptops with five words and moves files between them.',
    '',
    'Usage: gangway <command> [options]',
    '',
    ...indented(commands.map(({ name, words, about }) => [`${name} ${words ?? ''}`.trim(), about])),
    '',
    'Everywhere:',
    ...optionLines(globalOptions),
    ...indented([['--version', 'which version this is']]),
    '',
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not reachable, 4 refused by the other side.',
    'More about one of them: gangway help <command>',
  ]
}

function about({ name, words, about, options }: Command): string[] {
  const usage = ['gangway', name, words, '[options]'].filter((part) => part !== null).join(' ')
  const [forNode, own] = name === 'serve' ? [{}, options] : apart(options)
  return [
    `Usage: ${usage}`,
    '',
    about,
    ...section('Options:', own),
    ...section(
      'Where no Gangway runs with this profile yet, the one that is started for it:',
      forNode,
    ),
    ...section('Everywhere:', globalOptions),
  ]
}

/** What only counts for a node the command has to run itself, and the rest. */
function apart(options: OptionSpecs): readonly [OptionSpecs, OptionSpecs] {
  const entries = Object.entries(options)
  const isForNode = ([name]: readonly [string, unknown]) => Object.hasOwn(nodeOptions, name)
  return [
    Object.fromEntries(entries.filter(isForNode)),
    Object.fromEntries(entries.filter((entry) => !isForNode(entry))),
  ]
}

function section(title: string, options: OptionSpecs): string[] {
  const lines = optionLines(options)
  return lines.length === 0 ? [] : ['', title, ...lines]
}

function optionLines(options: OptionSpecs): string[] {
  return indented(
    Object.entries(options).map(([name, { placeholder, about, flagOnly }]) => [
      `--${name} ${placeholder ?? ''}`.trimEnd(),
      flagOnly ? '' : environmentName(name),
      about,
    ]),
  )
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return columns(rows).map((line) => `  ${line}`)
}

function print(lines: readonly string[], out: Output): void {
  if (out.json) out.document({ help: lines.join('\n') })
  else for (const line of lines) out.line(line)
}
