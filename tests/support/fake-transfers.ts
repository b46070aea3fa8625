import { isTransferId, type TransferId } from '#shared/ids.ts'
import type { Transfer } from '#shared/transfers.ts'
import { fakeId } from './fake-devices.ts'

export function fakeTransferId(n: number): TransferId {
  const id = n.toString(16).padStart(32, '0')
  if (!isTransferId(id)) throw new Error('not an id')
  return id
}

/** The n-th transfer of a test: one file to its first device, waiting, unless said otherwise. */
export function fakeTransfer(n: number, rest: Partial<Transfer> = {}): Transfer {
  return {
    id: fakeTransferId(n),
    direction: 'send',
    device: fakeId(1),
    deviceName: 'Studio',
    names: [`file-${n}.txt`],
    isCopy: false,
    things: 1,
    files: 1,
    doneFiles: 0,
    skippedFiles: 0,
    failedFiles: 0,
    bytes: 0,
    totalBytes: 1_000,
    listed: true,
    current: [],
    lane: null,
    rate: 0,
    etaSeconds: null,
    folder: null,
    freeBytes: null,
    createdAt: Date.UTC(2026, 0, 1) + n,
    endedAt: null,
    seconds: 0,
    order: n,
    state: 'queued',
    ...rest,
  } as Transfer
}
