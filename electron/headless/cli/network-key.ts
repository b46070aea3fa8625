import { readFile, rm, stat } from 'node:fs/promises'
import { Fault } from '#shared/faults.ts'
import { newFile } from './new-file.ts'

/** How the key of a private network comes from and goes to files. */

const maxBytes = 4_096

export async function keyIn(file: string): Promise<string> {
  try {
    if ((await stat(file)).size <= maxBytes) return (await readFile(file, 'utf8')).trim()
  } catch (cause) {
    throw new Fault('usage.invalid', { problem: `The file “${file}” cannot be read` }, { cause })
  }
  throw new Fault('usage.invalid', { problem: `The file “${file}” holds no network key` })
}

/** Nothing is left behind when there is no key after all. */
export async function intoFile<Result>(
  file: string,
  work: (keep: (key: string) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const handle = await newFile(file)
  try {
    return await work((key) => handle.writeFile(`${key}\n`))
  } catch (error) {
    await rm(file, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}
