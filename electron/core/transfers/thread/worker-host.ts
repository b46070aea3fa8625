import { Worker } from 'node:worker_threads'
import type { OpenMoverHost } from '../threaded-mover.ts'
import type { FromThread } from './messages.ts'

/** A thread of its own for every mover; `file` is the built entry of such a thread. */
export function workerHost(file: string): OpenMoverHost {
  return ({ message, gone }) => {
    const worker = new Worker(file, { stdin: false, env: {} })
    let ended = false
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
  }
}
