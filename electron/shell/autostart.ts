import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { App } from 'electron'
import { Fault } from '#shared/faults.ts'
import { de } from './words/de.ts'
import { en } from './words/en.ts'

/** Started by the system at login: then no window opens by itself where an icon stands for it. */
export const atLoginFlag = '--at-login'

interface LoginParts {
  readonly app: Pick<App, 'setLoginItemSettings'>
  readonly platform: NodeJS.Platform
  /** What starts this app; an AppImage is started by its own file, not by where it is mounted. */
  readonly executable: string
  /** Where desktops on Linux look for what to start. */
  readonly folder: string
}

export function startAtLogin(on: boolean, { app, platform, executable, folder }: LoginParts): void {
  if (platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: on, path: executable, args: [atLoginFlag] })
    return
  }
  const file = join(folder, 'gangway.desktop')
  try {
    if (!on) return rmSync(file, { force: true })
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, desktopEntry(executable))
  } catch (cause) {
    throw new Fault('profile.unwritable', { folder }, { cause })
  }
}

export function autostartFolder(
  env: Readonly<Record<string, string | undefined>>,
  home: string = homedir(),
): string {
  const config = env['XDG_CONFIG_HOME']
  // The XDG specification has a path that is not absolute ignored.
  return join(config && isAbsolute(config) ? config : join(home, '.config'), 'autostart')
}

function desktopEntry(executable: string): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${en.app}`,
    `Comment=${en.autostart}`,
    `Comment[de]=${de.autostart}`,
    `Exec=${quoted(executable)} ${atLoginFlag}`,
    'Terminal=false',
    '',
  ].join('\n')
}

/** As the desktop entry specification quotes: four letters escaped, `%` doubled, then the escapes' own. */
function quoted(path: string): string {
  const inner = path.replaceAll(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%')
  return `"${inner}"`.replaceAll('\\', '\\\\')
}
