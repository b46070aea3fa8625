import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { closing } from '../support/closing.ts'
import { desktopKind, launchDesktop } from '../support/desktop/launch.ts'
import { driveProfile, pairByWords } from '../support/driven-node.ts'
import { isAlive, moversOf, whyNoProcesses } from '../support/mover-processes.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { SendingNode } from '../support/transfer-nodes.ts'
import { treeOf, writeTree } from '../support/transfers.ts'
import { until } from '../support/until.ts'

const own = closing()

test.skipIf(whyNoProcesses)(
  'the app sends files, and a killed mover is replaced while the app lives on',
  async () => {
    const folder = temporaryFolder()
    own({ close: () => folder[Symbol.dispose]() })
    const [profile, source] = [join(folder.path, 'profile'), join(folder.path, 'source')]
    mkdirSync(profile, { mode: 0o700 })
    writeTree(source, { 'film.mkv': 6_000_000, 'notes/today.txt': 'hello' })
    const bob = await own(new SendingNode('Bob', [])).live()
    const desktop = own(await launchDesktop({ dataDir: profile, args: ['--lan-only'] }))
    const app = own(await driveProfile(profile))
    await pairByWords(app, bob.now)
    const { device } = await app.client.call('status.get', {})
    await bob.now.client.call('device.change', { id: device.id, trust: 'trusted' })
    await app.client.call('settings.change', { caps: { all: 2_000_000, devices: {} } })

    const { id } = await app.client.call('transfer.send', { to: bob.id, paths: [source] })
    const row = async () => {
      const { transfers } = await app.client.call('transfers.list', {})
      return transfers.find((transfer) => transfer.id === id)
    }
    await until('bytes move', async () => ((await row())?.bytes ?? 0) > 0, 10_000)
    if (desktopKind === 'stand-in') {
      const [first, ...others] = moversOf(desktop.pid)
      if (first === undefined) throw new Error('no mover has a process of its own')
      for (const pid of [first, ...others]) process.kill(pid, 'SIGKILL')
      await until('it is gone', () => !isAlive(first))
      await until('a fresh one', () => moversOf(desktop.pid).length > 0)
    }
    await app.client.call('settings.change', { caps: { all: null, devices: {} } })
    await until('it is done', async () => (await row())?.state === 'done', 20_000)
    expect(treeOf(join(bob.downloads, 'source'))).toEqual(treeOf(source))
    expect(existsSync(join(bob.downloads, '.gangway'))).toBe(false)
  },
  60_000,
)
