import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Tells the system that staged files came from elsewhere, before they get their names. */
export type Mark = (staging: string, names: readonly string[]) => Promise<void>

type RunTool = (
  file: string,
  args: readonly string[],
  options: { readonly cwd: string },
) => Promise<unknown>

/** null where the system has no such mark. */
export function markOfThisSystem(
  platform: NodeJS.Platform = process.platform,
  runTool: RunTool = promisify(execFile),
): Mark | null {
  if (platform === 'win32') return markForWindows
  if (platform === 'darwin') return (staging, names) => markForMac(staging, names, runTool)
  return null
}

/** The zone of the internet, in the stream where Explorer and Office look for it. */
async function markForWindows(staging: string, names: readonly string[]): Promise<void> {
  const zone = '[ZoneTransfer]\r\nZoneId=3\r\n'
  // FAT has no streams, and a file without its mark is better than none.
  await Promise.allSettled(
    names.map((name) => writeFile(join(staging, `${name}:Zone.Identifier`), zone)),
  )
}

/** The flags of a download, the time in hex seconds, who brought it. No path gets into argv. */
async function markForMac(
  staging: string,
  names: readonly string[],
  runTool: RunTool,
): Promise<void> {
  const seconds = Math.floor(Date.now() / 1000).toString(16)
  const args = ['-w', 'com.apple.quarantine', `0081;${seconds};Gangway;`, ...names]
  await Promise.allSettled([runTool('/usr/bin/xattr', args, { cwd: staging })])
}
