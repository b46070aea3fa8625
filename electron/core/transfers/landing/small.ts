import { closeSync, fdatasync, readSync, unlinkSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { applyAttributes, fileMode } from './attributes.ts'
import type { Folder } from './folder.ts'
import type { Hands } from './hands.ts'
import { stageFresh } from './staged-content.ts'
import type { Landed, SmallFile } from './types.ts'

/** So many are open at once while they are synced. */
const handful = 256
const syncData = promisify(fdatasync)

/**
 * Many small files: written and named without waiting for anything in between (waiting costs more
 * than the work), and made durable together.
 */
export async function landSmall(hands: Hands, files: readonly SmallFile[]): Promise<Landed[]> {
  const landed: Landed[] = []
  for (let from = 0; from < files.length; from += handful) {
    landed.push(...(await landHandful(hands, files.slice(from, from + handful))))
  }
  await hands.folders.sync()
  return landed
}

async function landHandful(hands: Hands, files: readonly SmallFile[]): Promise<Landed[]> {
  const { staging, naming, mark } = hands
  const staged = new Set<string>()
  try {
    await stageAll(hands, files, staged)
    await mark?.(staging.path, [...staged])
    const landed: Landed[] = []
    for (const { index, path, bytes } of files) {
      const name = String(index)
      const isSame = (fd: number) => holds(fd, bytes)
      landed.push(
        naming.tryName(name, path) ??
          (await naming.giveName({ staged: name, path, size: bytes.length, isSame })),
      )
      staged.delete(name)
    }
    return landed
  } catch (error) {
    // They come again as a whole; until then the room they take may be what is missing.
    for (const name of staged) tryUnlink(staging, name)
    throw error
  }
}

async function stageAll(
  hands: Hands,
  files: readonly SmallFile[],
  staged: Set<string>,
): Promise<void> {
  const open: number[] = []
  try {
    for (const file of files) {
      const name = String(file.index)
      if (staged.has(name)) throw new Error('the same file twice at once')
      const fd = stageFresh(hands.staging, name)
      staged.add(name)
      if (hands.durable) open.push(fd)
      try {
        writeWhole(fd, file.bytes)
        applyAttributes(fd, fileMode(file.mode), file.mtimeMs)
      } finally {
        if (!hands.durable) closeSync(fd)
      }
    }
    await Promise.all(open.map((fd) => syncData(fd)))
  } finally {
    for (const fd of open) closeSync(fd)
  }
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
}

function holds(fd: number, bytes: Uint8Array): boolean {
  const there = Buffer.allocUnsafe(bytes.length)
  let at = 0
  while (at < there.length) {
    const read = readSync(fd, there, at, there.length - at, at)
    if (read === 0) return false
    at += read
  }
  return there.equals(bytes)
}

function tryUnlink(staging: Folder, name: string): void {
  try {
    unlinkSync(staging.at(name))
  } catch {
    // What failed before is what is told.
  }
}
