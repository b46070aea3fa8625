import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PartialHint, ReceiveJob } from '#core/transfers/movers/messages.ts'
import type { MoverOrder, MoverReport } from './mover-end.ts'

/** Two movers in processes of their own, or the plainest copy there is in their place. */

const entry = join(import.meta.dirname, 'mover-end.js')

/** One measured line: seconds of the receiving end, and what both ends used. */
export interface Measured {
  readonly seconds: number
  readonly cpuSend: number
  readonly cpuReceive: number
  readonly peakMiB: number
}

/** In memory where the system has such a place, so that no disk is measured. */
export function scratch(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'gangway-bench-'))
}

export function makeFile(path: string, bytes: number): void {
  const piece = randomBytes(16 * 1024 * 1024)
  for (let at = 0; at < bytes; at += piece.length) {
    writeFileSync(path, piece.subarray(0, Math.min(piece.length, bytes - at)), { flag: 'a' })
  }
}

export interface Ends {
  readonly source: ChildProcess
  readonly sink: ChildProcess
}

function started(send: MoverOrder, receive: MoverOrder): Ends {
  const start = (order: MoverOrder) => fork(entry, [JSON.stringify(order)])
  return { source: start(send), sink: start(receive) }
}

/** What each end has to tell, or tells the other. */
function reported(from: ChildProcess, to: ChildProcess): Promise<MoverReport> {
  return new Promise((resolve, reject) => {
    from.on('message', (message: object) => {
      if ('seconds' in message) resolve(message as MoverReport)
      else if (to.connected) to.send(message)
    })
    from.once('exit', (code) => reject(new Error(`an end left with ${code}`)))
  })
}

async function pair(ends: Ends): Promise<Measured> {
  const { source, sink } = ends
  const [sent, received] = await Promise.all([reported(source, sink), reported(sink, source)])
  for (const child of [source, sink]) if (child.connected) child.disconnect()
  return {
    seconds: received.seconds,
    cpuSend: sent.cpuSeconds,
    cpuReceive: received.cpuSeconds,
    peakMiB: sent.peakMiB + received.peakMiB,
  }
}

interface Wanted {
  readonly transferId?: string
  readonly partial?: readonly PartialHint[]
  /** Of the sender, from the start. */
  readonly bytesPerSecond?: number
  /** It is over when the file has grown so far. */
  readonly until?: { readonly path: string; readonly bytes: number }
}

export function newTransfer(): string {
  return randomBytes(16).toString('hex')
}

/** Two movers on their way, from one file or folder into a folder. */
export function moving(source: string, destination: string, wanted: Wanted = {}): Ends {
  const { transferId = newTransfer(), partial = [], bytesPerSecond = null, until = null } = wanted
  mkdirSync(destination, { recursive: true })
  const secret = () => randomBytes(32).toString('hex')
  const secrets = [secret(), secret(), transferId] as const
  const job: ReceiveJob = {
    role: 'receive',
    transferId,
    destination,
    conflicts: 'keepBoth',
    landed: [],
    partial,
    agreed: {
      names: null,
      maxBytes: null,
      maxFiles: null,
      isOpen: false,
      landed: { bytes: 0, files: 0 },
    },
  }
  const both = { kind: 'mover', secrets, bytesPerSecond, until } as const
  return started(
    { ...both, job: { role: 'send', sources: [source] }, until: null },
    { ...both, job },
  )
}

export function moved(source: string, destination: string): Promise<Measured> {
  return pair(moving(source, destination))
}

/** Until the file has grown so far; the rest is not waited for. */
export async function movedUntil(ends: Ends): Promise<MoverReport> {
  const { source, sink } = ends
  const sent = reported(source, sink)
  const received = await reported(sink, source)
  stop(ends)
  await sent.catch(() => {})
  return received
}

export function stop({ source, sink }: Ends): void {
  for (const child of [source, sink]) child.kill('SIGKILL')
}

/** What the receiving end knows to be safe, as it would be found after its death. */
export function journaled({ source, sink }: Ends): { readonly bytes: number } {
  const state = { bytes: 0 }
  sink.on('message', (message: object) => {
    if ('journaled' in message) state.bytes = Number(message.journaled)
  })
  for (const [from, to] of [
    [source, sink],
    [sink, source],
  ] as const) {
    void reported(from, to).catch(() => {})
  }
  return state
}

export function raw(source: string, path: string): Promise<Measured> {
  return pair(
    started({ kind: 'raw', role: 'send', path: source }, { kind: 'raw', role: 'receive', path }),
  )
}
