import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '#shared/model.ts'
import type { Trust } from '#shared/devices.ts'
import { systemClock, type Clock } from '#core/base/clock.ts'
import { silentLog, type Log } from '#core/base/log.ts'
import { openCore, type Core } from '#core/core.ts'
import type { MoverHosts } from '#core/transfers/process/hosts.ts'
import { keyFileVault } from '../../electron/headless/vault.ts'
import { moversHere } from './movers-here.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

interface CoreOptions {
  readonly clock?: Clock
  readonly log?: Log
  readonly settings?: Partial<Settings>
  readonly movers?: MoverHosts
  readonly udpPort?: number
}

/** A core with a profile of its own in this process; opening it again is restarting it. */
export class TestCore {
  readonly name: string
  readonly #folder = temporaryFolder()
  readonly #options: CoreOptions
  #core: Core | null = null

  constructor(name: string, options: CoreOptions = {}) {
    this.name = name
    this.#options = options
  }

  get core(): Core {
    if (!this.#core) throw new Error(`${this.name} is not open`)
    return this.#core
  }

  get id() {
    return this.core.device.value.id
  }

  get rooms() {
    return this.core.rooms
  }

  get calls() {
    return this.core.api.calls
  }

  /** Where files land. */
  get downloads(): string {
    return join(this.#folder.path, 'downloads')
  }

  /** Where others on this computer reach it. */
  get address(): string {
    return `127.0.0.1:${this.rooms.network.state.value.ports.v4}`
  }

  /** How another core stands, as this one shows it. */
  shows(other: TestCore) {
    return this.rooms.devices.table.get(other.id)
  }

  async open(): Promise<this> {
    const { clock = systemClock, log = silentLog, settings = {}, udpPort } = this.#options
    const dataDir = join(this.#folder.path, 'profile')
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    this.#core = await openCore({
      dataDir,
      vault: keyFileVault(),
      clock,
      log,
      version: '0.0.0',
      kind: 'laptop',
      defaultName: this.name,
      overrides: { lanOnly: true, downloads: this.downloads, ...settings },
      peers: [],
      udpPort,
      movers: this.#options.movers ?? moversHere,
    })
    return this
  }

  async shut(): Promise<void> {
    await this.#core?.close()
    this.#core = null
  }

  async restart(): Promise<void> {
    await this.shut()
    await this.open()
  }

  async close(): Promise<void> {
    await this.shut()
    this.#folder[Symbol.dispose]()
  }
}

/** As if the two had just paired: one root on both sides, and each knows where the other is. */
export async function pair(
  host: TestCore,
  joiner: TestCore,
  trust: Trust = 'known',
): Promise<void> {
  const root = randomBytes(32)
  const learn = (core: TestCore, other: TestCore, role: 'host' | 'joiner') => {
    const { devices } = core.rooms
    const { announcementKey } = other.rooms.devices
    const { id, name } = other
    return [
      devices.add({ id, name, root, announcementKey, kind: 'laptop', role }),
      devices.seen(id, other.address),
      ...(trust === 'known' ? [] : [devices.change(id, { trust })]),
    ]
  }
  // Before either is on disk both know each other: nobody is turned away for being early.
  await Promise.all([...learn(host, joiner, 'host'), ...learn(joiner, host, 'joiner')])
}

/** Whether this core has a session with the other. */
export function isThere(core: TestCore, other: TestCore): boolean {
  return ['idle', 'connected'].includes(core.shows(other)?.state ?? '')
}

export async function together(one: TestCore, other: TestCore, withinMs = 5_000): Promise<void> {
  const both = () => isThere(one, other) && isThere(other, one)
  await until(`${one.name} and ${other.name} have a session`, both, withinMs)
}
