import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AppUpdater } from 'electron-updater'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '#core/base/clock.ts'
import type { Log } from '#core/base/log.ts'

/**
 * Newer versions. The packager writes down where they are to be found only if it was told; without
 * that nothing here is even loaded. With it, a person has to switch it on, and "this network only"
 * wins over both.
 */
export interface Updates {
  /** Looks now and once a day while it is on. */
  turn(on: boolean): void
  close(): void
}

interface UpdatesParts {
  readonly isPackaged: boolean
  readonly resources: string
  readonly platform: NodeJS.Platform
  readonly lanOnly: () => boolean
  readonly onNewer: () => void
  readonly clock: Clock
  readonly log: Log
  readonly load: () => Promise<AppUpdater>
}

type Updater = Pick<
  AppUpdater,
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'allowDowngrade'
  | 'allowPrerelease'
  | 'disableWebInstaller'
  | 'logger'
  | 'on'
  | 'checkForUpdates'
>

const dayMs = 24 * 60 * 60 * 1_000

/** Null where there is nowhere to look. */
export function openUpdates(parts: UpdatesParts): Updates | null {
  const { isPackaged, resources, platform, lanOnly, clock, log } = parts
  const file = join(resources, 'app-update.yml')
  if (!isPackaged || !existsSync(file)) return null
  const isProved = provesOrigin(platform, readFileSync(file, 'utf8'))
  let updater: Promise<Updater> | null = null
  let undo = () => {}

  async function look(): Promise<void> {
    if (lanOnly()) return
    try {
      updater ??= parts.load().then((loaded) => prepared(loaded, isProved, parts.onNewer))
      await (await updater).checkForUpdates()
    } catch (error) {
      log.warn('no look for updates', { error: Fault.of(error) })
    }
  }

  function lookDaily(): void {
    void look()
    undo = clock.after(dayMs, lookDaily)
  }

  return {
    turn(on) {
      undo()
      undo = () => {}
      if (on) lookDaily()
    },
    close: () => undo(),
  }
}

/**
 * What is installed by itself must prove whose it is: macOS compares the signatures of old and new,
 * Windows does when the feed's file names the publisher, and Linux packages carry none. There a
 * newer version is told, and fetching it is left to the person.
 */
function provesOrigin(platform: NodeJS.Platform, feed: string): boolean {
  if (platform === 'darwin') return true
  return platform === 'win32' && /^publisherName:/m.test(feed)
}

function prepared(updater: Updater, isProved: boolean, onNewer: () => void): Updater {
  updater.autoDownload = isProved
  updater.autoInstallOnAppQuit = isProved
  updater.allowDowngrade = false
  updater.allowPrerelease = false
  updater.disableWebInstaller = true
  // It would write addresses and paths.
  updater.logger = null
  // What is proved installs itself when the app quits, and is news to nobody.
  if (!isProved) updater.on('update-available', onNewer)
  // It is told to whoever asked as well; unheard, it would end the app.
  updater.on('error', () => {})
  return updater
}
