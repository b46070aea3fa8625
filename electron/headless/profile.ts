import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** Where the profile lives unless somebody says otherwise; the desktop app uses the same place. */
export function defaultDataDir(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Gangway')
  if (platform === 'win32') {
    return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Gangway')
  }
  const data = env['XDG_DATA_HOME']
  // The specification tells us to ignore one that is not absolute.
  const base = data !== undefined && isAbsolute(data) ? data : join(home, '.local', 'share')
  return join(base, 'gangway')
}

export function dataDirOf(given: string | undefined, env: Environment): string {
  return given === undefined || given === '' ? defaultDataDir(env) : resolve(given)
}
