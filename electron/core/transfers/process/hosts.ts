import type { FromMover, ToMover } from './messages.ts'

/** Where a mover runs: a process of its own, or in a test the thread of the test. */
export interface MoverHost {
  post(message: ToMover): void
  /** At once, whatever it is doing. */
  end(): Promise<void>
}

interface MoverHears {
  readonly message: (message: FromMover) => void
  /** It is gone and nobody asked for that. */
  readonly gone: (error: unknown) => void
}

export interface MoverHosts {
  open(on: MoverHears): MoverHost
  /** One will be needed soon. */
  prepare(): void
  close(): Promise<void>
}

/** A process as whoever runs the core starts it. */
export interface MoverProcess {
  post(message: ToMover): void
  /** Without asking it. */
  kill(): void
}

interface ProcessHears {
  readonly message: (message: FromMover) => void
  /** It has ended, or never came to life. */
  readonly exited: (how: string) => void
}

export type StartProcess = (on: ProcessHears) => MoverProcess
