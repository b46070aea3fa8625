import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, readlinkSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Everything below a folder, one line each: kind, mode, time, content. Links are not followed. */
export function snapshot(root: string): string[] {
  const lines: string[] = []
  const look = (path: string) => {
    const { mode, mtimeMs, size } = lstatSync(join(root, path))
    const kind = mode & 0o170000
    let content = ''
    if (kind === 0o100000) content = digest(readFileSync(join(root, path)))
    if (kind === 0o120000) content = readlinkSync(join(root, path))
    lines.push([path, mode.toString(8), mtimeMs, size, content].join(' '))
    if (kind !== 0o040000) return
    for (const name of readdirSync(join(root, path)).sort()) look(join(path, name))
  }
  look('.')
  return lines
}

/** The paths of all files below a folder that are not ours alone. */
export function filesIn(root: string, below = ''): string[] {
  return readdirSync(join(root, below), { withFileTypes: true })
    .filter((entry) => entry.name !== '.gangway')
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      return entry.isDirectory() ? filesIn(root, path) : [path]
    })
    .sort()
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
