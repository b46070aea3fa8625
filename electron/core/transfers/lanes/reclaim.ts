import { MessageChannel } from 'node:worker_threads'
import type { Parts } from './parts.ts'

/**
 * Ciphers of Node make new memory for every piece, and the collector gives it back much later, when
 * the next pieces have long been given fresh pages by the system. So whoever is done with a piece
 * says so, and the next one finds its memory still warm: a tenth of the time of a transfer, and tens
 * of megabytes at each of its ends.
 */
const made = new WeakSet<ArrayBufferLike>()

/** Memory that moves into a message nobody can receive is freed at once. */
const { port1: nowhere, port2: nobody } = new MessageChannel()
nobody.close()

/** A piece that a cipher made, with no other in the same memory. */
export function reclaimable(piece: Buffer): Buffer {
  made.add(piece.buffer)
  return piece
}

/** Nobody reads these any more, nor anything else in their memory: they are empty from here on. */
export function reclaim(parts: Parts): void {
  const memory = new Set<ArrayBuffer>()
  for (const { buffer } of parts) {
    if (buffer instanceof ArrayBuffer && made.delete(buffer)) memory.add(buffer)
  }
  if (memory.size > 0) nowhere.postMessage(null, [...memory])
}

/** The largest block that the allocator of Linux learns from. */
const lessonBytes = 30 * 1024 * 1024

/**
 * That allocator gives every large piece back to the system, to fetch it anew for the next, until it
 * has seen a larger one come and go. This one is never touched, so it costs nothing.
 */
export function keepFreedMemory(): void {
  nowhere.postMessage(null, [new ArrayBuffer(lessonBytes)])
}
