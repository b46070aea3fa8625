import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/** Why no file system can be mounted here, or null. */
export function whyNoVolumes(): string | null {
  if (process.platform !== 'linux') return 'file systems are mounted on Linux only'
  if (process.getuid?.() !== 0) return 'mounting a file system takes root'
  try {
    using volume = memoryVolume(1)
    return volume.path === '' ? 'nowhere to mount' : null
  } catch {
    return 'this system mounts nothing'
  }
}

/** Why there is no file system here that takes two cases of a name for one, or null. */
export function whyNoFat(): string | null {
  const reason = whyNoVolumes()
  if (reason) return reason
  try {
    using volume = fatVolume(8)
    return volume.path === '' ? 'nowhere to mount' : null
  } catch {
    return 'neither the kernel nor exfat-fuse mounts a FAT or exFAT file system here'
  }
}

export type Volume = Disposable & { readonly path: string }

/** A file system in memory of so many MiB. */
export function memoryVolume(mebibytes: number): Volume {
  return mounted((path) => mount('-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path))
}

/** A file system with a journal, on a file. */
export function diskVolume(mebibytes: number): Volume {
  return mountedImage(mebibytes, 'mkfs.ext4', ['-q', '-F'], (device, path) => mount(device, path))
}

/** exFAT: two cases of a name are one, there are no hard links and no modes. */
export function fatVolume(mebibytes: number): Volume {
  return mountedImage(mebibytes, 'mkfs.exfat', [], (device, path) => {
    try {
      mount('-t', 'exfat', device, path)
    } catch {
      run('mount.exfat-fuse', device, path)
    }
  })
}

function mountedImage(
  mebibytes: number,
  make: string,
  options: readonly string[],
  attach: (device: string, path: string) => void,
): Volume {
  const folder = temporaryFolder()
  const image = join(folder.path, 'image')
  let device: string | null = null
  const release = () => {
    if (device) run('losetup', '-d', device)
    folder[Symbol.dispose]()
  }
  try {
    writeFileSync(image, '')
    truncateSync(image, mebibytes * 2 ** 20)
    run(make, ...options, image)
    const loop = run('losetup', '-f', '--show', image)
    device = loop
    const volume = mounted((path) => attach(loop, path))
    return {
      path: volume.path,
      [Symbol.dispose]: () => {
        volume[Symbol.dispose]()
        release()
      },
    }
  } catch (error) {
    release()
    throw error
  }
}

function mounted(attach: (path: string) => void): Volume {
  const folder = temporaryFolder()
  const path = join(folder.path, 'volume')
  mkdirSync(path)
  try {
    attach(path)
  } catch (error) {
    folder[Symbol.dispose]()
    throw error
  }
  return {
    path,
    [Symbol.dispose]: () => {
      // A test that failed may hold files: the volume goes when they are closed.
      run('umount', '--lazy', path)
      folder[Symbol.dispose]()
    },
  }
}

function mount(...args: readonly string[]): void {
  run('mount', ...args)
}

function run(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}
