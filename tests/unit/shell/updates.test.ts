import { EventEmitter } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AppUpdater } from 'electron-updater'
import { afterAll, describe, expect, it } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { openUpdates } from '../../../electron/shell/updates.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

class FakeUpdater extends EventEmitter {
  looks = 0
  autoDownload = true
  autoInstallOnAppQuit = true
  allowDowngrade = true
  allowPrerelease = true

  async checkForUpdates(): Promise<null> {
    this.looks += 1
    return null
  }
}

describe('newer versions', () => {
  const folders: Disposable[] = []
  afterAll(() => folders.forEach((folder) => folder[Symbol.dispose]()))

  function opened(feed: string | null, platform: NodeJS.Platform = 'linux', isPackaged = true) {
    const folder = temporaryFolder()
    folders.push(folder)
    if (feed !== null) writeFileSync(join(folder.path, 'app-update.yml'), feed)
    const updater = new FakeUpdater()
    const clock = new FakeClock()
    const state = { lanOnly: false, loads: 0, newer: 0 }
    const updates = openUpdates({
      isPackaged,
      resources: folder.path,
      platform,
      clock,
      log: silentLog,
      lanOnly: () => state.lanOnly,
      onNewer: () => (state.newer += 1),
      load: async () => {
        state.loads += 1
        return updater as unknown as AppUpdater
      },
    })
    return { updates, updater, clock, state }
  }

  it('are looked for nowhere without a feed, or run from the sources', () => {
    expect(opened(null).updates).toBeNull()
    expect(opened('provider: generic', 'linux', false).updates).toBeNull()
  })

  it('are looked for once a day while switched on, and never with this network only', async () => {
    const { updates, updater, clock, state } = opened('provider: generic')
    expect(state.loads).toBe(0)
    state.lanOnly = true
    updates?.turn(true)
    await clock.advance(25 * 3_600_000)
    expect([state.loads, updater.looks]).toEqual([0, 0])
    state.lanOnly = false
    await clock.advance(24 * 3_600_000)
    await until('it looks', () => updater.looks === 1)
    updates?.turn(false)
    await clock.advance(72 * 3_600_000)
    expect([state.loads, updater.looks]).toEqual([1, 1])
  })

  it.each([
    ['linux', 'provider: generic', false],
    ['win32', 'provider: generic', false],
    ['win32', 'provider: generic\npublisherName: Gangway', true],
    ['darwin', 'provider: generic', true],
  ] as const)(
    'safety 34: install themselves only where they prove whose they are (%s, %j)',
    async (platform, feed, installs) => {
      const { updates, updater, state } = opened(feed, platform)
      updates?.turn(true)
      await until('it looks', () => updater.looks === 1)
      const { autoDownload, autoInstallOnAppQuit, allowDowngrade, allowPrerelease } = updater
      expect([autoDownload, autoInstallOnAppQuit]).toEqual([installs, installs])
      expect([allowDowngrade, allowPrerelease]).toEqual([false, false])
      updater.emit('update-available')
      updater.emit('error', new Error('no network'))
      expect(state.newer).toBe(installs ? 0 : 1)
      updates?.close()
    },
  )
})
