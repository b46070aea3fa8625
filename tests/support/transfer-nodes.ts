import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { drive, pairByWords, type DrivenNode } from './driven-node.ts'
import { runGangway, startNode } from './node-process.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

/** A node in a process of its own, which can be killed and come back with the same profile. */
export class SendingNode {
  readonly name: string
  readonly downloads: string
  readonly #prefix: readonly string[]
  readonly #folder = temporaryFolder()
  #driven: DrivenNode | null = null

  constructor(name: string, prefix: readonly string[], downloads?: string) {
    this.name = name
    this.#prefix = prefix
    this.downloads = downloads ?? join(this.#folder.path, 'downloads')
  }

  get now(): DrivenNode {
    if (!this.#driven) throw new Error(`${this.name} does not run`)
    return this.#driven
  }

  get isRunning(): boolean {
    return this.#driven !== null
  }

  get id() {
    return this.now.node.ready.deviceId
  }

  get #profile(): string[] {
    return ['--lan-only', '--data-dir', join(this.#folder.path, 'profile')]
  }

  async live(): Promise<this> {
    this.#driven = await drive(
      await startNode({
        prefix: this.#prefix,
        dataDir: join(this.#folder.path, 'profile'),
        args: ['--name', this.name, '--downloads', this.downloads],
      }),
    )
    return this
  }

  async die(): Promise<void> {
    const driven = this.now
    this.#driven = null
    await driven.node.kill()
    driven.close()
  }

  /** A command line with the profile of this node, and what it printed as JSON. */
  async gangway(...args: string[]) {
    const line = [...args, '--json', ...this.#profile]
    const { code, stdout, stderr } = await runGangway(line, { prefix: this.#prefix })
    const documents = stdout
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => z.looseObject({}).parse(JSON.parse(text)))
    return { code, documents, last: documents.at(-1) ?? {}, stderr }
  }

  async close(): Promise<void> {
    if (this.#driven) await this.die()
    this.#folder[Symbol.dispose]()
  }
}

/** Paired with five words; the second trusts the first. */
export async function pairNodes(one: SendingNode, other: SendingNode): Promise<void> {
  await pairByWords(one.now, other.now)
  await other.now.client.call('device.change', { id: one.id, trust: 'trusted' })
  await until(`${one.name} sees ${other.name}`, async () => {
    const { devices } = await one.now.client.call('devices.list', {})
    return devices.some(({ state }) => state === 'idle' || state === 'connected')
  })
}

/** Nothing of ours is left beside what has arrived. */
export function isTidy(folder: string): boolean {
  return !existsSync(join(folder, '.gangway'))
}
