import { createHash, randomBytes } from 'node:crypto'
import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault } from '#shared/faults.ts'

/** How a command finds the instance that runs a profile, and proves it may read that profile. */
const meetingPointSchema = z.object({
  path: z.string().min(1).max(4096),
  token: z.string().min(32).max(128),
  pid: z.int().min(1),
})
export type MeetingPoint = z.infer<typeof meetingPointSchema>

/** sockaddr_un holds 104 bytes on macOS and 108 on Linux, with the final NUL. */
const maxSocketPathBytes = 100
const maxFileBytes = 8192

export function chooseSocketPath(dataDir: string, platform = process.platform): string {
  // Anybody may list pipe names, so the name itself must tell nothing and be new each time.
  if (platform === 'win32') return `\\\\.\\pipe\\gangway-${randomBytes(16).toString('hex')}`
  const inProfile = join(dataDir, 'control.sock')
  if (Buffer.byteLength(inProfile) <= maxSocketPathBytes) return inProfile
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  return join(privateTemporaryFolder(), `${name}.sock`)
}

/** Everybody may write in the temporary folder: what is already there is used only if it is ours. */
function privateTemporaryFolder(): string {
  const { uid } = userInfo()
  const folder = join(tmpdir(), `gangway-${uid}`)
  const found = lstatSync(folder, { throwIfNoEntry: false }) ?? made(folder)
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new Fault('profile.unwritable', { folder })
  }
  return folder
}

function made(folder: string): Stats {
  mkdirSync(folder, { mode: 0o700 })
  return lstatSync(folder)
}

/** Written aside and renamed, so that a reader sees all of it or nothing. */
export function writeMeetingPoint(dataDir: string, point: MeetingPoint): void {
  const file = fileIn(dataDir)
  const aside = `${file}.new`
  // A leftover of a crash would keep its own mode.
  rmSync(aside, { force: true })
  writeFileSync(aside, JSON.stringify(point), { mode: 0o600, flag: 'wx' })
  renameSync(aside, file)
}

export function removeMeetingPoint(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true })
}

/** Null when there is none, or none that makes sense: then nobody runs this profile. */
export async function readMeetingPoint(dataDir: string): Promise<MeetingPoint | null> {
  try {
    await using handle = await open(fileIn(dataDir), 'r')
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxFileBytes), 0, maxFileBytes, 0)
    return meetingPointSchema.parse(JSON.parse(buffer.toString('utf8', 0, bytesRead)))
  } catch {
    return null
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'control.json')
}
