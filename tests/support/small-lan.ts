import { execFileSync } from 'node:child_process'

/**
 * A network of its own on this machine: loopback and one link that carries multicast to itself.
 * What runs behind `prefix` sees that network and no other.
 */
export function openSmallLan(): { readonly prefix: readonly string[]; close(): void } {
  const name = `gangway-${process.pid}-${Date.now() % 100_000}`
  const ip = (...args: string[]) =>
    execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  ip('netns', 'add', name)
  const inside = (...args: string[]) => ip('-n', name, ...args)
  const close = () => void ip('netns', 'del', name)
  try {
    inside('link', 'set', 'lo', 'up')
    inside('link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'lan1')
    inside('addr', 'add', '192.0.2.10/24', 'dev', 'lan0')
    inside('link', 'set', 'lan0', 'up')
    inside('link', 'set', 'lan1', 'up')
  } catch (error) {
    close()
    throw error
  }
  return { prefix: ['ip', 'netns', 'exec', name], close }
}

/** Network namespaces are a thing of Linux, for root, with iproute2. */
export function canOpenSmallLan(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  try {
    execFileSync('ip', ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
