import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TransferId } from '#shared/ids.ts'
import { cleanLanding, openLanding } from './landing/landing.ts'
import { stagingName } from './names.ts'

/** Another profile may receive into the same folder: what is this old is nobody's any more. */
const forgottenAfterMs = 30 * 86_400_000

/** Removes what is staged of a transfer that nobody moves and that will not go on. */
export async function discardStaged(folder: string, transferId: TransferId): Promise<void> {
  if (!existsSync(join(folder, stagingName, transferId))) return
  const landing = await openLanding({ root: folder, transferId, conflicts: 'keepBoth' })
  await landing.discard()
}

/** Removes what transfers have left that nobody knows of any more. */
export async function cleanFolder(
  root: string,
  live: ReadonlySet<string>,
  now: number,
): Promise<void> {
  if (!existsSync(join(root, stagingName))) return
  await cleanLanding({ root, live, untouchedSinceMs: now - forgottenAfterMs })
}
