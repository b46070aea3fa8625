import { MessageChannel } from 'node:worker_threads'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import type { FromMover, ToMover } from '#core/transfers/process/messages.ts'
import { serveMoverProcess } from '#core/transfers/process/serve-mover.ts'
import type { MoverHosts } from '#core/transfers/process/hosts.ts'

/** Movers in the thread of the test: the same messages, and no build. */
export const moversHere: MoverHosts = { open, prepare: () => {}, close: async () => {} }

function open({ message }: Parameters<MoverHosts['open']>[0]): ReturnType<MoverHosts['open']> {
  const { port1: here, port2: there } = new MessageChannel()
  here.on('message', (value: FromMover) => message(value))
  serveMoverProcess(
    {
      post: (value) => there.postMessage(value),
      onMessage: (listener) => void there.on('message', (value: ToMover) => listener(value)),
    },
    { clock: systemClock, log: silentLog },
  )
  return {
    post: (value) => here.postMessage(value),
    end: async () => here.close(),
  }
}
