import type { Socket } from 'node:net'
import type { Outbound } from '#shared/channel/server.ts'

/** A client that reads so slowly that this much waits for it is dropped. */
const maxWaitingBytes = 8 << 20

export function socketOutbound(socket: Socket): Outbound {
  const waiting = new Set<() => void>()
  const release = () => {
    for (const resolve of waiting) resolve()
    waiting.clear()
  }
  socket.on('drain', release)
  socket.once('close', release)
  return {
    send(response) {
      if (!socket.writable) return
      socket.write(`${JSON.stringify(response)}\n`)
      if (socket.writableLength > maxWaitingBytes) socket.destroy()
    },
    drained() {
      if (!socket.writableNeedDrain || socket.destroyed) return Promise.resolve()
      return new Promise((resolve) => waiting.add(resolve))
    },
  }
}
