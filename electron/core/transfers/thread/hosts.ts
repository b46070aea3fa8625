import type { FromThread, ToThread } from './messages.ts'

/** Where a mover runs: a thread, a process, or in a test the thread of the test. */
export interface MoverHost {
  post(message: ToThread): void
  /** At once, whatever it is doing. */
  end(): Promise<void>
}

interface MoverHears {
  readonly message: (message: FromThread) => void
  /** It is gone and nobody asked for that. */
  readonly gone: (error: unknown) => void
}

export interface MoverHosts {
  open(on: MoverHears): MoverHost
  /** One will be needed soon. */
  prepare(): void
  close(): Promise<void>
}
