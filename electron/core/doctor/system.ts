import type { NetworkInterfaceInfo } from 'node:os'

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/** What Doctor asks of this computer, all of it without changing anything; tests bend it. */
export interface System {
  readonly platform: NodeJS.Platform
  interfaces(): Interfaces
  /** Whether a UDP packet to one of our own addresses arrives. */
  hearsItself(address: string, signal: AbortSignal): Promise<boolean>
  /** Whether somebody takes TCP connections there. */
  answers(host: string, port: number, signal: AbortSignal): Promise<boolean>
  /** On the disk of the profile. */
  freeBytes(): Promise<number>
  /** When the profile was last written to, by the clock of the file system. */
  profileWrittenAt(): Promise<number>
  /** A file of the system's own settings; null where it cannot be read. */
  textOf(file: string): Promise<string | null>
  /** What a read-only command prints; null where there is no such command or it fails. */
  output(command: string, args: readonly string[], signal: AbortSignal): Promise<string | null>
  /** The longest that this process did not get to its work during so long, in milliseconds. */
  stallWithin(milliseconds: number, signal: AbortSignal): Promise<number>
}
