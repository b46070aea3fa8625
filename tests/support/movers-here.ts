import { MessageChannel } from 'node:worker_threads'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import type { FromThread, ToThread } from '#core/transfers/thread/messages.ts'
import { serveMoverThread } from '#core/transfers/thread/serve-mover.ts'
import type { MoverHosts } from '#core/transfers/thread/hosts.ts'

/** Movers in the thread of the test: the same messages, and no build. */
export const moversHere: MoverHosts = { open, prepare: () => {}, close: async () => {} }

function open({ message }: Parameters<MoverHosts['open']>[0]): ReturnType<MoverHosts['open']> {
  const { port1: here, port2: there } = new MessageChannel()
  here.on('message', (value: FromThread) => message(value))
  serveMoverThread(
    {
      post: (value) => there.postMessage(value),
      onMessage: (listener) => void there.on('message', (value: ToThread) => listener(value)),
    },
    { clock: systemClock, log: silentLog },
  )
  return {
    post: (value) => here.postMessage(value),
    end: async () => here.close(),
  }
}
