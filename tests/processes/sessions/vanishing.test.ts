import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, describe, expect, test } from 'vitest'
import { messageAlpn } from '#core/messages/messages.ts'
import { isDeviceId, type DeviceId } from '#shared/ids.ts'
import { bundleForNode } from '../../support/bundle.ts'
import { closing } from '../../support/closing.ts'
import { TestCore } from '../../support/paired-cores.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const own = closing()
let script = ''
beforeAll(async () => {
  script = await bundleForNode('tests/processes/sessions/remote-core.ts')
})

function profile(): string {
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  const dataDir = join(folder.path, 'profile')
  mkdirSync(dataDir, { mode: 0o700 })
  return dataDir
}

async function start(dataDir: string) {
  const child = spawn(process.execPath, [script, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  own({
    close: async () => {
      child.kill('SIGKILL')
      await exited
    },
  })
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  const { id, address, announcementKey } = JSON.parse(String(value)) as Record<string, string>
  if (id === undefined || !isDeviceId(id)) throw new Error('not a device')
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  return { child, id, address: address ?? '', key: announcementKey ?? '', kill }
}

async function paired() {
  const dataDir = profile()
  const [here, remote] = await Promise.all([own(new TestCore('Here')).open(), start(dataDir)])
  const { devices } = here.rooms
  const root = randomBytes(32)
  const announcementKey = Buffer.from(remote.key, 'hex')
  const { id } = remote
  await Promise.all([
    devices.add({ id, root, announcementKey, name: 'Remote', kind: 'laptop', role: 'host' }),
    devices.seen(id, remote.address),
  ])
  const own_ = Buffer.from(devices.announcementKey).toString('hex')
  const word = { id: here.id, address: here.address, root: root.toString('hex') }
  remote.child.stdin.write(`${JSON.stringify({ ...word, announcementKey: own_ })}\n`)
  await back(here, id)
  await until('the pairing is proved', () => devices.documentOf(id) !== null)
  return { here, remote, id, dataDir }
}

function state(here: TestCore, id: DeviceId) {
  return here.rooms.devices.table.get(id)
}

function back(here: TestCore, id: DeviceId, withinMs = 5_000): Promise<void> {
  const there = () => ['idle', 'connected'].includes(state(here, id)?.state ?? '')
  return until('the session is there', there, withinMs)
}

function begin(here: TestCore, id: DeviceId): void {
  here.rooms.sessions.current(id, messageAlpn)?.busy()
}

describe('safety 26: a device that is killed', () => {
  test('with something under way: noticed within 15 s; started again: back within 5 s', async () => {
    const { here, remote, id, dataDir } = await paired()
    begin(here, id)
    await remote.kill()
    const gone = () => ['disconnected', 'connecting'].includes(state(here, id)?.state ?? '')
    await until('it was noticed', gone, 15_500)
    await start(dataDir)
    await back(here, id)
    expect(await here.rooms.messages.ping(id)).toBeGreaterThan(0)
  })

  test('while it receives: shown as gone within seconds, for its lane tells', async () => {
    const { here, remote, id } = await paired()
    const file = temporaryFolder()
    own({ close: () => file[Symbol.dispose]() })
    const path = join(file.path, 'large')
    writeFileSync(path, '')
    truncateSync(path, 1024 ** 3)
    await here.calls['settings.change'](
      { caps: { all: 20_000_000, devices: {} } },
      new AbortController().signal,
    )
    await here.calls['transfer.send']({ to: id, paths: [path] }, new AbortController().signal)
    const moving = () => here.rooms.transfers.list().some(({ bytes }) => bytes > 0)
    await until('bytes arrive', moving, 15_000)
    await remote.kill()
    const gone = () => ['disconnected', 'connecting'].includes(state(here, id)?.state ?? '')
    await until('it was noticed', gone)
    expect(here.rooms.sessions.current(id, messageAlpn)).toBeNull()
  })

  test('and started again at once: back within 5 s, although here the old session seems well', async () => {
    const { here, remote, id, dataDir } = await paired()
    const old = here.rooms.sessions.current(id, messageAlpn)
    await remote.kill()
    await start(dataDir)
    const anew = () => {
      const current = here.rooms.sessions.current(id, messageAlpn)
      return current !== null && current !== old
    }
    await until('another session is there', anew, 5_000)
    expect(old?.isOpen).toBe(false)
    await back(here, id)
  })

  test('stopped for so long that it was noticed, and let go on: back within 5 s', async () => {
    const { here, remote, id } = await paired()
    begin(here, id)
    remote.child.kill('SIGSTOP')
    const gone = () => ['disconnected', 'connecting'].includes(state(here, id)?.state ?? '')
    await until('it was noticed', gone, 15_500)
    remote.child.kill('SIGCONT')
    await back(here, id)
    expect(await here.rooms.messages.ping(id)).toBeGreaterThan(0)
  })
})
