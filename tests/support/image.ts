import { spawn, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { ensureBuilt } from './node-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

const root = join(import.meta.dirname, '../..')
export const containerFolder = join(root, 'resources/container')

export interface Instruction {
  readonly name: string
  readonly text: string
}

/** The stages of the container file, each as its instructions; lines that go on are joined. */
function stagesOf(text: string): Instruction[][] {
  const lines = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const stages: Instruction[][] = []
  for (const line of lines) {
    const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
    if (name === '') throw new Error(`no instruction: ${line}`)
    if (name === 'FROM') stages.push([])
    stages.at(-1)?.push({ name, text: rest })
  }
  return stages
}

export function containerFile(): Instruction[][] {
  return stagesOf(readFileSync(join(containerFolder, 'Containerfile'), 'utf8'))
}

/** What an instruction of the last stage says; the last one counts. */
export function said(stage: readonly Instruction[], name: string): string {
  return stage.findLast((instruction) => instruction.name === name)?.text ?? ''
}

const wordsSchema = z.array(z.string()).min(1)

export function exec(text: string): string[] {
  return wordsSchema.parse(JSON.parse(text.slice(text.indexOf('['))))
}

export interface Copy {
  readonly from: string | null
  readonly sources: readonly string[]
  readonly to: string
}

export function copiesOf(stage: readonly Instruction[]): Copy[] {
  return stage
    .filter(({ name }) => name === 'COPY')
    .map(({ text }) => {
      const words = text.split(' ')
      const paths = words.filter((word) => !word.startsWith('--'))
      const from = words.find((word) => word.startsWith('--from='))?.slice(7) ?? null
      return { from, sources: paths.slice(0, -1), to: paths.at(-1) ?? '' }
    })
}

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })),
})

/** What `npm ci --omit=dev` would install here. */
function copyProductionPackages(to: string): void {
  const { packages } = lockSchema.parse(
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')),
  )
  for (const [path, { dev = false }] of Object.entries(packages)) {
    const isNested = path.lastIndexOf('node_modules/') > 0
    if (path === '' || dev || isNested || !existsSync(join(root, path))) continue
    cpSync(join(root, path), join(to, path), { recursive: true })
  }
}

/** Nobody's files but the volume's are to be written to, and the image's user is nobody here. */
const stranger = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null

function giveAway(path: string): void {
  if (stranger) chownSync(path, stranger.uid, stranger.gid)
}

export interface Image extends Disposable {
  readonly app: string
  readonly env: Readonly<Record<string, string>>
  readonly command: readonly string[]
  readonly health: readonly string[]
}

/** The files of the image in a folder, by the very lines of the container file. */
export function unpackedImage(): Image {
  ensureBuilt()
  const folder = temporaryFolder()
  const stage = containerFile().at(-1) ?? []
  const workdir = said(stage, 'WORKDIR')
  const inImage = (path: string) =>
    join(folder.path, path.startsWith('/') ? path : join(workdir, path))
  for (const { from, sources, to } of copiesOf(stage)) {
    for (const source of sources) {
      const target = to.endsWith('/')
        ? join(inImage(to), source.split('/').at(-1) ?? '')
        : inImage(to)
      mkdirSync(dirname(target), { recursive: true })
      if (from === 'packages') copyProductionPackages(inImage('.'))
      else
        cpSync(join(root, from === null ? source : source.slice(workdir.length)), target, {
          recursive: true,
        })
    }
  }
  chmodSync(folder.path, 0o755)
  return {
    app: inImage('.'),
    env: environmentOf(stage),
    command: exec(said(stage, 'CMD')),
    health: exec(said(stage, 'HEALTHCHECK')),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

export function environmentOf(stage: readonly Instruction[]): Record<string, string> {
  const pairs = said(stage, 'ENV')
    .split(/\s+/)
    .map((pair) => pair.split('='))
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value]))
}

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Container {
  readonly data: string
  readonly said: { stdout: string; stderr: string }
  /** Another program in it, as `docker exec` runs one. */
  exec(words: readonly string[], stdin?: string): Promise<Ran>
  /** `gangway …` in it. */
  run(words: readonly string[], stdin?: string): Promise<Ran>
  /** A file that somebody carries into it. */
  bring(path: string, content: Uint8Array): void
  /** Asks it to stop and tells its exit code. */
  stop(): Promise<number | null>
  readonly port: number
  close(): Promise<void>
}

/** The command of the image, with a volume and a /tmp of its own. */
export async function startContainer(
  { app, env, command }: Image,
  more: Readonly<Record<string, string>> = {},
): Promise<Container> {
  const folder = temporaryFolder()
  const [data, tmp] = [join(folder.path, 'data'), join(folder.path, 'tmp')]
  chmodSync(folder.path, 0o755)
  for (const each of [data, tmp]) {
    mkdirSync(each)
    giveAway(each)
  }
  const port = await freePort()
  const volume = Object.entries({ ...env, ...more }).map(([name, value]) => [
    name,
    value.replace(/^\/data\b/, data),
  ])
  const { PATH = '' } = process.env
  const environment = {
    ...Object.fromEntries(volume),
    PATH,
    TMPDIR: tmp,
    // Several of them share this computer.
    GANGWAY_PORT: String(port),
    GANGWAY_UDP_PORT: '0',
  }
  const start = ([program = '', ...args]: readonly string[]) =>
    spawn(program, args, {
      cwd: app,
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...stranger,
    })
  const child = start(command)
  const { output, ended } = listened(child)

  async function run(words: readonly string[], stdin = ''): Promise<Ran> {
    const other = start(words)
    other.stdin.end(stdin)
    const { output: heard, ended: over } = listened(other)
    return { code: await over, ...heard }
  }
  return {
    data,
    port,
    said: output,
    exec: run,
    run: (words, stdin) => run([...command.slice(0, 2), ...words], stdin),
    bring(path, content) {
      writeFileSync(path, content)
      giveAway(path)
    },
    stop() {
      child.kill('SIGTERM')
      return ended
    },
    async close() {
      child.kill('SIGKILL')
      await ended
      folder[Symbol.dispose]()
    },
  }
}

function listened(child: ChildProcess) {
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (data: Buffer) => (output.stdout += data.toString('utf8')))
  child.stderr?.on('data', (data: Buffer) => (output.stderr += data.toString('utf8')))
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => resolve(code)),
  )
  return { output, ended }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
