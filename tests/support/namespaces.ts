import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'

/** Why network tests cannot run here, or null. */
export function whyNoNamespaces(): string | null {
  if (process.platform !== 'linux') return 'network namespaces exist on Linux only'
  if (process.getuid?.() !== 0) return 'making network namespaces takes root'
  try {
    const name = `gw${randomBytes(3).toString('hex')}`
    ip('netns', 'add', name)
    ip('netns', 'del', name)
    return null
  } catch {
    return 'this system makes no network namespaces'
  }
}

export interface Namespace {
  readonly name: string
  /** Its end of the cable. */
  readonly nic: string
  ip(...args: readonly string[]): void
  spawn(command: string, args: readonly string[]): ChildProcess
}

/** Two computers on one cable, and nothing else in the world. */
export function openCable(): { readonly ends: [Namespace, Namespace] } & Disposable {
  const word = randomBytes(3).toString('hex')
  const names = [`gw${word}a`, `gw${word}b`] as const
  const remove = () => {
    for (const name of names) ip('netns', 'del', name)
  }
  for (const name of names) ip('netns', 'add', name)
  try {
    const [a, b] = names
    ip('link', 'add', a, 'netns', a, 'type', 'veth', 'peer', 'name', b, 'netns', b)
    for (const name of names) ip('-n', name, 'link', 'set', 'lo', 'up')
    for (const name of names) ip('-n', name, 'link', 'set', name, 'up')
    return { ends: [namespace(a), namespace(b)], [Symbol.dispose]: remove }
  } catch (error) {
    remove()
    throw error
  }
}

function namespace(name: string): Namespace {
  return {
    name,
    nic: name,
    ip: (...args) => ip('-n', name, ...args),
    spawn: (command, args) =>
      spawn('ip', ['netns', 'exec', name, command, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
  }
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** What a computer that forwards nothing counts as sent to an address that is not its own. */
export function packetsForElsewhere({ name }: Namespace): number {
  const table = execFileSync('ip', ['netns', 'exec', name, 'cat', '/proc/net/snmp'], {
    encoding: 'utf8',
  })
  const [names = [], values = []] = table
    .split('\n')
    .filter((line) => line.startsWith('Ip:'))
    .map((line) => line.split(' '))
  return Number(values[names.indexOf('InAddrErrors')])
}
