import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import { deviceIdSchema, nearbyDeviceSchema } from '#shared/model.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

const root = join(import.meta.dirname, '../..')
const cli = join(root, 'dist/headless/cli.js')

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What starts the command in its place: `ip netns exec …`. */
  readonly prefix?: readonly string[]
  /** Runs it on a terminal of its own; what that shows is its stdout. */
  readonly onTerminal?: boolean
  /** What it can read. */
  readonly stdin?: string
}

interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

interface Ran extends Exit {
  readonly stdout: string
  readonly stderr: string
}

const readySchema = z
  .object({ event: z.literal('ready'), url: z.url(), deviceId: deviceIdSchema, name: z.string() })
  .strict()

const statusSchema = z.object({
  deviceId: deviceIdSchema,
  name: z.string(),
  version: z.string(),
  running: z.boolean(),
  endpoint: z.object({ addresses: z.array(z.string()), relay: z.string().nullable() }),
  nearby: z.array(nearbyDeviceSchema),
})
type Status = z.infer<typeof statusSchema>

export interface NodeProcess {
  readonly ready: z.infer<typeof readySchema>
  readonly url: string
  readonly port: number
  readonly token: string
  readonly dataDir: string
  readonly pid: number
  readonly child: ChildProcess
  /** All it ever said. */
  readonly said: { stdout: string; stderr: string }
  /** Asks it to stop, as a person or the system does, and tells how it ended. */
  stop(signal?: NodeJS.Signals): Promise<Exit>
  /** Ends it without a chance to do anything about it. */
  kill(): Promise<Exit>
  /** What `gangway status` says of it. */
  status(): Promise<Status>
  /** Ends it if it still runs, and removes its profile if that was made for it. */
  close(): Promise<void>
}

/** Builds what changed, once; in a process of its own, so that nothing of the test is in the build. */
let isBuilt = false
export function ensureBuilt(): void {
  if (isBuilt) return
  execFileSync(process.execPath, [join(root, 'scripts/gangway.js'), '--version'], {
    env: { ...cleanEnvironment(), NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  isBuilt = true
}

/** What any program has, and nothing by which this machine would steer Gangway. */
function cleanEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME }
}

function commandFor(args: readonly string[], { prefix = [], onTerminal }: RunOptions): string[] {
  const command = [...prefix, process.execPath, cli, ...args]
  if (!onTerminal) return command
  const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  return ['script', '--quiet', '--return', '--command', quoted, '/dev/null']
}

function launch(args: readonly string[], options: RunOptions) {
  ensureBuilt()
  const [command = process.execPath, ...rest] = commandFor(args, options)
  const child = spawn(command, rest, {
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(options.stdin ?? '')
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (data: Buffer) => (said.stdout += data.toString('utf8')))
  child.stderr.on('data', (data: Buffer) => (said.stderr += data.toString('utf8')))
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  return { child, said, exited }
}

/** A command under way: what it says so far, and its end. */
export function startGangway(args: readonly string[], options: RunOptions = {}) {
  const { child, said, exited } = launch(args, options)
  return { pid: child.pid ?? 0, said, exited, close: () => child.kill('SIGKILL') }
}

/** Runs one command to its end. */
export async function runGangway(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { said, exited } = launch(args, options)
  return { ...(await exited), ...said }
}

interface NodeOptions extends RunOptions {
  readonly args?: readonly string[]
  /** The profile to run with; without it, a new one that goes with the node. */
  readonly dataDir?: string
  /** For a network that leads nowhere: on any other, a test has no business on the internet. */
  readonly beyondLan?: boolean
}

/** A real `gangway serve` in a process of its own, ready to be used; LAN only unless told otherwise. */
export async function startNode(options: NodeOptions = {}): Promise<NodeProcess> {
  const folder = options.dataDir === undefined ? temporaryFolder() : null
  const dataDir = options.dataDir ?? folder?.path ?? ''
  const reach = options.beyondLan ? [] : ['--lan-only']
  const args = ['serve', '--json', ...reach, '--data-dir', dataDir, ...(options.args ?? [])]
  const { child, said, exited } = launch(args, options)
  let hasExited = false
  void exited.then(() => (hasExited = true))
  const settled = () => said.stdout.includes('\n') || hasExited
  try {
    await until('the node is ready or has ended', settled, 15_000)
  } catch (error) {
    // Nobody could end it later.
    child.kill('SIGKILL')
    folder?.[Symbol.dispose]()
    throw error
  }
  if (hasExited) {
    folder?.[Symbol.dispose]()
    throw new Error(`the node ended at once: ${said.stdout}${said.stderr}`)
  }
  const ready = readySchema.parse(JSON.parse(said.stdout))
  const { port, hash } = new URL(ready.url)

  function end(signal: NodeJS.Signals): Promise<Exit> {
    child.kill(signal)
    return exited
  }

  return {
    ready,
    url: ready.url,
    port: Number(port),
    token: hash.slice(1),
    dataDir,
    pid: child.pid ?? 0,
    child,
    said,
    stop: (signal = 'SIGTERM') => end(signal),
    kill: () => end('SIGKILL'),
    async status() {
      const { stdout, stderr } = await runGangway(
        ['status', '--json', '--lan-only', '--data-dir', dataDir],
        options.prefix ? { prefix: options.prefix } : {},
      )
      if (stderr !== '') throw new Error(stderr)
      return statusSchema.parse(JSON.parse(stdout))
    },
    async close() {
      if (!hasExited) await end('SIGKILL')
      folder?.[Symbol.dispose]()
    },
  }
}
