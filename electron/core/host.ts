import type { DeviceKind, KeyProtection, Settings, StaticPeer } from '#shared/model.ts'
import type { Clock } from './base/clock.ts'
import type { Log } from './base/log.ts'
import type { MoverHosts } from './transfers/process/hosts.ts'

/**
 * Keeps the secret of the device key for the core. `seal` and `open` are inverse; what is sealed
 * rests in the profile folder, so a vault that only wraps needs no storage of its own.
 */
export interface HostVault {
  readonly protection: KeyProtection
  seal(secret: Uint8Array): Promise<Uint8Array>
  /** Throws `key.locked` when the keychain or passphrase does not open it. */
  open(sealed: Uint8Array): Promise<Uint8Array>
}

/** Everything the core needs from whoever runs it: the desktop shell, the headless node, a test. */
export interface Host {
  /** The folder of this profile; private to the user. */
  readonly dataDir: string
  readonly vault: HostVault
  readonly clock: Clock
  readonly log: Log
  readonly version: string
  readonly kind: DeviceKind
  /** What the device is called until somebody names it. */
  readonly defaultName: string
  /** Settings given by flag or environment: they win over what was saved, and are not saved. */
  readonly overrides: Partial<Settings>
  /** For this run; they are not saved. */
  readonly peers: readonly StaticPeer[]
  /** The UDP port to be found at, on IPv4; a free one without it. */
  readonly udpPort?: number | undefined
  /** The key of a private network as its text, for this run. */
  readonly networkKey?: string | undefined
  /** Where files are moved, away from everything else. */
  readonly movers: MoverHosts
  /** Keeps this computer from sleeping, until the result is called. */
  readonly keepAwake?: () => () => void
  /** An experiment: devices are dialled through a relay only. */
  readonly forceRelay?: boolean
}
