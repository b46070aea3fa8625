import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { deviceNameSchema, type Settings } from '#shared/model.ts'
import { Fault } from '#shared/faults.ts'
import { fromEnvironment, switchedIn, type Environment } from '#core/base/environment.ts'
import { atLoginFlag } from './autostart.ts'

export interface ShellOptions {
  readonly dataDir: string | undefined
  readonly overrides: Partial<Settings>
  /** The system started it, not a person. */
  readonly atLogin: boolean
}

/**
 * Our own flags; the rest of the line belongs to Chromium and has been judged before. As on the
 * command line, flags win over the environment.
 */
export function parseOptions(argv: readonly string[], env: Environment): ShellOptions {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    allowNegative: true,
    options: {
      'data-dir': { type: 'string' },
      name: { type: 'string' },
      downloads: { type: 'string' },
      visible: { type: 'boolean' },
      'lan-only': { type: 'boolean' },
      'router-port': { type: 'boolean' },
      [atLoginFlag.slice(2)]: { type: 'boolean' },
    },
  })
  const text = (name: 'name' | 'downloads') => values[name] ?? fromEnvironment(env, name)
  const isOn = (name: 'visible' | 'lan-only' | 'router-port') =>
    typeof values[name] === 'boolean' ? values[name] : switchedIn(env, name)
  const dataDir = values['data-dir']
  const [name, downloads] = [text('name'), text('downloads')]
  const [visible, lanOnly, routerPort] = [isOn('visible'), isOn('lan-only'), isOn('router-port')]
  // Without its value such a flag comes out as true.
  if (dataDir === true) throw new Fault('usage.invalid', { problem: '--data-dir needs a folder' })
  return {
    dataDir: dataDir || undefined,
    atLogin: values[atLoginFlag.slice(2)] === true,
    overrides: {
      ...(name === undefined ? {} : { name: nameFrom(name) }),
      ...(downloads === undefined ? {} : { downloads: folderFrom(downloads) }),
      ...(visible === undefined ? {} : { visible }),
      ...(lanOnly === undefined ? {} : { lanOnly }),
      ...(routerPort === undefined ? {} : { routerPort }),
    },
  }
}

function nameFrom(value: string | boolean): string {
  const name = deviceNameSchema.safeParse(value)
  if (!name.success) throw new Fault('usage.invalid', { problem: '--name needs a name' })
  return name.data
}

function folderFrom(value: string | boolean): string {
  if (typeof value === 'string' && value !== '') return resolve(value)
  throw new Fault('usage.invalid', { problem: '--downloads needs a folder' })
}
