import { fchmodSync, lstatSync, mkdirSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { stagingName } from '../names.ts'
import { errorCode } from './errors.ts'
import { type Folder, type Hold, openChild } from './folder.ts'

const privateFolder = 0o700
const idPattern = /^[0-9a-f]{32}$/
const stagedPattern = /^\d+$/

export function isTransferId(text: string): boolean {
  return idPattern.test(text)
}

/** `.gangway/<transfer>`, ours alone. Fails when something that is no folder stands in its place. */
export function openStaging(root: Folder, transferId: string, hold: Hold): Folder {
  const all = openPrivate(root, stagingName, hold)
  try {
    return openPrivate(all, transferId, hold)
  } finally {
    all.close()
  }
}

function openPrivate(parent: Folder, name: string, hold: Hold): Folder {
  try {
    mkdirSync(parent.at(name), privateFolder)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  const folder = openChild(parent, name, hold)
  if (folder.descriptor !== null) fchmodSync(folder.descriptor, privateFolder)
  return folder
}

/** Removes the staging of one transfer: the files we number, then the folder if that emptied it. */
export function removeStaging(root: Folder, transferId: string, hold: Hold): void {
  visit(root, stagingName, hold, (all) => {
    visit(all, transferId, hold, (staging) => {
      removeStaged(staging, new Set())
    })
    removeIfEmpty(all, transferId)
  })
  removeIfEmpty(root, stagingName)
}

/** The files we number, but for some. */
export function removeStaged(staging: Folder, kept: ReadonlySet<number>): void {
  for (const name of readdirSync(staging.at('.'))) {
    if (!stagedPattern.test(name) || kept.has(Number(name))) continue
    if (lstatSync(staging.at(name)).isFile()) unlinkSync(staging.at(name))
  }
}

interface Sweep {
  readonly hold: Hold
  /** The transfers that may still go on. */
  readonly live: ReadonlySet<string>
  /** What was touched since may belong to another profile that receives into the same folder. */
  readonly untouchedSinceMs: number
}

/** Removes what transfers that will never go on have left. */
export function sweepStaging(root: Folder, { hold, live, untouchedSinceMs }: Sweep): void {
  const left: string[] = []
  visit(root, stagingName, hold, (all) => {
    for (const id of readdirSync(all.at('.'))) {
      if (!isTransferId(id) || live.has(id)) continue
      visit(all, id, hold, (staging) => {
        if (lastTouch(staging) < untouchedSinceMs) left.push(id)
      })
    }
  })
  for (const id of left) removeStaging(root, id, hold)
  removeIfEmpty(root, stagingName)
}

function lastTouch(staging: Folder): number {
  const names = ['.', ...readdirSync(staging.at('.'))]
  return Math.max(
    ...names.map((name) => {
      const { mtimeMs, ctimeMs } = lstatSync(staging.at(name))
      return Math.max(mtimeMs, ctimeMs)
    }),
  )
}

function visit(parent: Folder, name: string, hold: Hold, look: (folder: Folder) => void): void {
  let folder
  try {
    folder = openChild(parent, name, hold)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(errorCode(error))) return
    throw error
  }
  try {
    look(folder)
  } finally {
    folder.close()
  }
}

function removeIfEmpty(parent: Folder, name: string): void {
  try {
    rmdirSync(parent.at(name))
  } catch (error) {
    // On Linux rmdir never follows a link, and nothing goes that still holds anything.
    if (!['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST', 'EBUSY'].includes(errorCode(error)))
      throw error
  }
}
