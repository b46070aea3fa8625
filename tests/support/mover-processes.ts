import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** The built entry of a mover's process. */
export const moverFile = join(root, 'dist/headless/mover.js')

export const whyNoProcesses =
  process.platform === 'linux' ? null : 'what processes there are is looked up in /proc'

/** The movers a process has started, the latest last. */
export function moversOf(parent: number): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return pids.filter((pid) => isMoverOf(pid, parent)).sort((a, b) => a - b)
}

function isMoverOf(pid: number, parent: number): boolean {
  try {
    const ppid = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return Number(ppid) === parent && command.includes('mover.js')
  } catch {
    // It ended meanwhile.
    return false
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
