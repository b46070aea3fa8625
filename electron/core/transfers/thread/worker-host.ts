import { Worker } from 'node:worker_threads'
import { systemClock } from '../../base/clock.ts'
import type { MoverHosts } from './hosts.ts'
import type { FromThread } from './messages.ts'

/** A thread that waits for work takes memory; after so long it is let go. */
const spareMs = 60_000

/**
 * A thread of its own for every mover; `file` is the built entry of such a thread. One can be started
 * before it is needed, for starting takes longer than most small files do.
 */
export function workerHosts(file: string): MoverHosts {
  let spare: Worker | null = null
  let undo = () => {}

  const started = () => new Worker(file, { stdin: false, env: {} })
  const taken = () => {
    const worker = spare ?? started()
    forget()
    return worker
  }
  const forget = () => {
    undo()
    spare = null
  }
  const letGo = async () => {
    const worker = spare
    forget()
    await worker?.terminate()
  }

  return {
    prepare() {
      undo()
      undo = systemClock.after(spareMs, () => void letGo())
      if (spare) return
      const worker = started()
      spare = worker
      // One that cannot even start is found out by whoever needs it.
      worker.once('error', () => worker === spare && forget())
    },
    open({ message, gone }) {
      const worker = taken()
      let ended = false
      worker.removeAllListeners()
      worker.on('message', (value: FromThread) => message(value))
      worker.on('error', (error) => gone(error))
      worker.on('exit', (code) => {
        if (!ended) gone(new Error(`a mover ended with code ${code}`))
      })
      return {
        post: (value) => worker.postMessage(value),
        async end() {
          ended = true
          await worker.terminate()
        },
      }
    },
    close: letGo,
  }
}
