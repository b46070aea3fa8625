import { systemClock } from '../../base/clock.ts'
import type { MoverHost, MoverHosts, MoverProcess, StartProcess } from './hosts.ts'
import type { FromMover, ToMover } from './messages.ts'

/**
 * What a mover may hold in JavaScript's heap: the entries of a million files take a fraction of it,
 * and what runs wild ends itself rather than the computer's memory. Buffers do not count.
 */
export const maxHeapMiB = 512

/** A process that waits for work takes memory; after so long it is let go. */
const spareMs = 60_000
/** The system may take its time to end a process that waits for a disk. */
const endMs = 2_000

/**
 * A process of its own for every mover: whatever becomes of one, by a fault of ours or of the
 * transport's native code, is no more than a transfer that needs another. One can be started before
 * it is needed, for starting takes longer than most small files do.
 */
export function processHosts(start: StartProcess): MoverHosts {
  let spare: Host | null = null
  let undo = () => {}

  const take = () => {
    const host = spare
    undo()
    spare = null
    return host
  }
  const letGo = async () => take()?.end()

  return {
    prepare() {
      undo()
      undo = systemClock.after(spareMs, () => void letGo())
      // One that cannot even start is found out by whoever needs it.
      if (!spare || spare.isGone) spare = new Host(start)
    },
    open({ message, gone }) {
      const ready = take()
      const host = ready && !ready.isGone ? ready : new Host(start)
      host.hear(message, gone)
      return host
    },
    close: letGo,
  }
}

class Host implements MoverHost {
  isGone = false
  readonly #process: MoverProcess
  #message: (message: FromMover) => void = () => {}
  #gone: (error: unknown) => void = () => {}
  #hasExited: () => void = () => {}
  readonly #exited = new Promise<void>((resolve) => (this.#hasExited = resolve))

  constructor(start: StartProcess) {
    this.#process = start({
      message: (message) => this.#message(message),
      exited: (how) => this.#over(how),
    })
  }

  hear(message: (message: FromMover) => void, gone: (error: unknown) => void): void {
    this.#message = message
    this.#gone = gone
  }

  post(message: ToMover): void {
    if (!this.isGone) this.#process.post(message)
  }

  async end(): Promise<void> {
    this.hear(
      () => {},
      () => {},
    )
    if (this.isGone) return
    this.#process.kill()
    let undo = () => {}
    const enough = new Promise<void>((resolve) => (undo = systemClock.after(endMs, resolve)))
    await Promise.race([this.#exited, enough])
    undo()
  }

  #over(how: string): void {
    if (this.isGone) return
    this.isGone = true
    this.#hasExited()
    this.#gone(new Error(how))
  }
}
