import { readFile, readdir, statfs } from 'node:fs/promises'
import { availableParallelism, homedir, loadavg } from 'node:os'
import { join } from 'node:path'
import type { DeviceStatus } from '#shared/devices.ts'

type Sample = Pick<DeviceStatus, 'power' | 'freeBytes' | 'load'>

/** How this computer is doing; what it cannot tell is unknown, never an error. */
export async function stateOfThisComputer(): Promise<Sample> {
  const [power, freeBytes] = await Promise.all([
    powerOf('/sys/class/power_supply'),
    freeBytesAt(join(homedir(), 'Downloads')),
  ])
  return { power, freeBytes, load: loadOf(loadavg()) }
}

/** Linux says so in files; elsewhere there are none. */
export async function powerOf(folder: string): Promise<DeviceStatus['power']> {
  const supplies = await readdir(folder).catch(() => [])
  const states = await Promise.all(
    supplies.map(async (name) => {
      const [type, online, status] = await Promise.all(
        ['type', 'online', 'status'].map((file) => wordIn(join(folder, name, file))),
      )
      if (type === 'Battery') return status === 'Discharging' ? 'battery' : 'charged'
      return online === '1' ? 'mains' : 'unplugged'
    }),
  )
  if (states.includes('mains')) return 'mains'
  if (states.includes('battery')) return 'battery'
  return states.includes('charged') ? 'mains' : 'unknown'
}

async function wordIn(file: string): Promise<string | null> {
  return readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => null,
  )
}

async function freeBytesAt(folder: string): Promise<number | null> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  )
}

/** As a share of what this computer can do at once; Windows does not tell. */
function loadOf([lastMinute = 0]: readonly number[]): number | null {
  if (process.platform === 'win32') return null
  return Math.round((lastMinute / availableParallelism()) * 100) / 100
}
