import { existsSync, readFileSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { deviceNameSchema, type DeviceKind } from '#shared/model.ts'
import type { Environment } from './environment.ts'

/** What every host of the core finds out the same way, so that two of them agree on one profile. */

/** The folder of the profile: as asked for, else GANGWAY_DATA_DIR, else where this system keeps such. */
export function profileFolder(
  asked: string | undefined,
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const named = asked ?? env['GANGWAY_DATA_DIR']
  if (named) return resolve(named)
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Gangway')
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Gangway')
  const data = env['XDG_DATA_HOME']
  // The XDG specification has a path that is not absolute ignored.
  return join(data && isAbsolute(data) ? data : join(home, '.local', 'share'), 'gangway')
}

/** What the device is called until somebody names it. */
export function nameOfThisComputer(host: string = hostname()): string {
  const name = deviceNameSchema.safeParse(host.replace(/\.(?:local|lan|home)$/i, '').slice(0, 64))
  return name.success ? name.data : 'My computer'
}

// Chassis types of the SMBIOS specification: the ones that sit still and the ones in a rack.
const desktops = new Set([3, 4, 5, 6, 7, 13, 15, 16, 24, 35, 36])
const servers = new Set([17, 23, 25, 28, 29])

/** A guess that decides an icon and nothing else. */
export function kindOfThisComputer(otherwise: DeviceKind, system = '/sys/class'): DeviceKind {
  const file = join(system, 'dmi/id/chassis_type')
  if (!existsSync(file)) return otherwise
  const chassis = Number.parseInt(readFileSync(file, 'utf8'), 10)
  if (desktops.has(chassis)) return 'desktop'
  return servers.has(chassis) ? 'server' : otherwise
}
