import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { blake3Of } from '#core/transfers/content/blake3.ts'
import { filesIn } from './tree.ts'

/** Every file below a folder with the hash of its content: cheap to compare. */
export function digestsIn(root: string): string[] {
  return filesIn(root).map((path) => `${path} ${digestOf(join(root, path))}`)
}

export function digestOf(path: string): string {
  return Buffer.from(blake3Of(readFileSync(path))).toString('hex')
}
