import type { Folder } from './folder.ts'
import type { Folders } from './folders.ts'
import type { Mark } from './marks.ts'
import type { Naming } from './naming.ts'

/** What landing a file takes, whether it is small or large. */
export interface Hands {
  /** The path of the destination, for people. */
  readonly root: string
  readonly staging: Folder
  readonly folders: Folders
  readonly naming: Naming
  readonly mark: Mark | null
  /** Whether syncing keeps anything here. */
  readonly durable: boolean
}
