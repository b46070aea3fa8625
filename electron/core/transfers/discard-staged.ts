import type { TransferId } from '#shared/ids.ts'
import { openLanding } from './landing/landing.ts'

/** Removes what is staged of a transfer that nobody moves and that will not go on. */
export async function discardStaged(folder: string, transferId: TransferId): Promise<void> {
  const landing = await openLanding({
    root: folder,
    transferId,
    conflicts: 'keepBoth',
    keepExec: false,
  })
  await landing.discard()
}
