import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { z } from 'zod'
import { maxRequestBytes } from '#shared/channel/messages.ts'
import { serveApi, type Serving } from '#shared/channel/server.ts'
import type { Api } from '#shared/contract.ts'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import { Lifetime } from '../base/lifetime.ts'
import type { Log } from '../base/log.ts'
import { JsonLines } from './lines.ts'
import { chooseSocketPath, removeMeetingPoint, writeMeetingPoint } from './meeting-point.ts'
import { socketOutbound } from './socket-outbound.ts'

export interface ControlOptions {
  readonly dataDir: string
  readonly api: Api
  readonly clock: Clock
  readonly log: Log
}

export interface Control {
  close(): Promise<void>
}

const maxClients = 32
const helloWithinMs = 2_000
const helloSchema = z.object({ token: z.string().max(128) })

/**
 * Lets commands of the same user drive this instance. It opens after the core, which holds the lock
 * of the profile: whatever an earlier instance left behind here is therefore stale and replaced.
 */
export async function openControl(options: ControlOptions): Promise<Control> {
  await using lifetime = new Lifetime()
  const log = options.log.room('control')
  const token = randomBytes(32).toString('base64url')
  const path = chooseSocketPath(options.dataDir)
  const isPipe = process.platform === 'win32'
  if (!isPipe) rmSync(path, { force: true })

  const clients = new Set<Socket>()
  const server = createServer((socket) => {
    clients.add(socket)
    socket.once('close', () => clients.delete(socket))
    serveClient(socket, token, { ...options, log })
  })
  server.maxConnections = maxClients
  await listen(server, path, options.dataDir)
  lifetime.defer(() => shut(server, clients))
  server.on('error', (error) => log.warn('server failed', { error }))
  if (!isPipe) chmodSync(path, 0o600)
  writeMeetingPoint(options.dataDir, { path, token, pid: process.pid })
  lifetime.defer(() => removeMeetingPoint(options.dataDir))
  const kept = lifetime.keep()
  return { close: () => kept.close() }
}

function serveClient(socket: Socket, token: string, { api, clock, log }: ControlOptions): void {
  const lines = new JsonLines(maxRequestBytes)
  const outbound = socketOutbound(socket)
  let serving: Serving | null = null
  const undoDeadline = clock.after(helloWithinMs, () => {
    if (!serving) socket.destroy()
  })

  function take(message: unknown): void {
    if (serving) return serving.receive(message)
    if (!knows(token, message)) throw new Fault('peer.refused')
    socket.write('{"type":"welcome"}\n')
    serving = serveApi(api, outbound, (error) =>
      log.warn('request failed', { error: Fault.of(error) }),
    )
  }

  socket.on('data', (chunk: Buffer) => {
    try {
      for (const message of lines.push(chunk)) take(message)
    } catch (error) {
      log.warn('client refused', { error: Fault.of(error) })
      socket.destroy()
    }
  })
  socket.on('error', (error) => log.debug('client lost', { error }))
  socket.once('close', () => {
    undoDeadline()
    serving?.close()
  })
}

function knows(token: string, message: unknown): boolean {
  const hello = helloSchema.safeParse(message)
  return hello.success && timingSafeEqual(digest(hello.data.token), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function listen(server: Server, path: string, dataDir: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Fault('profile.unwritable', { folder: dataDir }, { cause })),
    )
    server.listen(path, resolve)
  })
}

function shut(server: Server, clients: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of clients) socket.destroy()
  })
}
