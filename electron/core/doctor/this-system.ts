import { createSocket, type Socket } from 'node:dgram'
import { readFile, stat, statfs } from 'node:fs/promises'
import { createConnection, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { sleep, type Clock } from '../base/clock.ts'
import { outputOf } from '../base/output-of.ts'
import type { System } from './system.ts'

const samplingMs = 10

export function thisSystem(dataDir: string, clock: Clock): System {
  return {
    platform: process.platform,
    interfaces: networkInterfaces,
    hearsItself,
    answers,
    async freeBytes() {
      const { bavail, bsize } = await statfs(dataDir)
      return bavail * bsize
    },
    profileWrittenAt: async () => (await stat(dataDir)).mtimeMs,
    textOf: (file) => readFile(file, 'utf8').catch(() => null),
    output: outputOf,
    async stallWithin(milliseconds, signal) {
      const delay = monitorEventLoopDelay({ resolution: samplingMs })
      delay.enable()
      try {
        await sleep(clock, milliseconds, signal)
      } finally {
        delay.disable()
      }
      return Math.max(0, delay.max / 1e6 - samplingMs)
    },
  }
}

/** From one socket of this process to another, so that nobody else has anything to do with it. */
async function hearsItself(address: string, signal: AbortSignal): Promise<boolean> {
  const type = isIPv6(address) ? 'udp6' : 'udp4'
  const sockets = [createSocket(type), createSocket(type)] as const
  const [receiver, sender] = sockets
  try {
    await Promise.all(sockets.map((socket) => bound(socket, address)))
    const heard = new Promise<boolean>((resolve) => {
      receiver.once('message', () => resolve(true))
      signal.addEventListener('abort', () => resolve(false), { once: true })
    })
    const { port } = receiver.address()
    sender.send(Buffer.from('gangway'), port, address)
    return await heard
  } catch {
    return false
  } finally {
    for (const socket of sockets) socket.close()
  }
}

function bound(socket: Socket, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.bind({ address, port: 0 }, resolve)
  })
}

function answers(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port })
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    signal.addEventListener('abort', () => end(false), { once: true })
  })
}
