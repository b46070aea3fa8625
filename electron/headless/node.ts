import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings, StaticPeer } from '#shared/model.ts'
import type { Clock } from '#core/base/clock.ts'
import { rotatingFileSink, stderrSink } from '#core/base/log-file.ts'
import { createLog, type Log, type LogLevel } from '#core/base/log.ts'
import { kindOfThisComputer, nameOfThisComputer } from '#core/base/this-computer.ts'
import { openCore, type Core } from '#core/core.ts'
import { processHosts } from '#core/transfers/process/process-hosts.ts'
import { forkMover } from './fork-mover.ts'
import { keepAwake } from './keep-awake.ts'
import { makePrivateFolder } from './private-folder.ts'
import { keyFileVault, passphraseVault } from './vault.ts'

/** Built code runs as dist/headless/*.js, and so does the process of a mover. */
const moverFile = fileURLToPath(new URL('./mover.js', import.meta.url))

export interface NodeOptions {
  readonly dataDir: string
  /** Undefined unless somebody asked for one: then the log goes to stderr as well. */
  readonly logLevel: LogLevel | undefined
  readonly passphrase: string | undefined
  readonly clock: Clock
  readonly version: string
  readonly overrides: Partial<Settings>
  readonly peers: readonly StaticPeer[]
  /** The key of a private network as its text, for this run. */
  readonly networkKey?: string | undefined
  readonly forceRelay?: boolean
  readonly udpPort?: number | undefined
}

/** A core that runs in this process. */
export interface Node {
  readonly core: Omit<Core, 'rooms'>
  readonly log: Log
  close(): Promise<void>
}

/** Everything a core needs where there is no desktop around it. */
export async function openNode(options: NodeOptions): Promise<Node> {
  const { dataDir, clock, version, overrides, peers, passphrase, networkKey, udpPort } = options
  makePrivateFolder(dataDir)
  const log = openLog(options)
  const core = await openCore({
    dataDir,
    vault: passphrase === undefined ? keyFileVault() : passphraseVault(passphrase),
    clock,
    log,
    version,
    kind: kindOfThisComputer(hasDisplay() ? 'laptop' : 'server'),
    defaultName: nameOfThisComputer(),
    overrides,
    peers,
    forceRelay: options.forceRelay ?? false,
    udpPort,
    networkKey,
    movers: processHosts(forkMover(moverFile)),
    keepAwake,
  })
  return { core, log, close: () => core.close() }
}

export function openLog({
  dataDir,
  logLevel: level,
}: Pick<NodeOptions, 'dataDir' | 'logLevel'>): Log {
  const file = rotatingFileSink({ file: join(dataDir, 'logs', 'gangway.log') })
  return createLog(level ?? 'info', level === undefined ? [file] : [file, stderrSink])
}

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])
}
