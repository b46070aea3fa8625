import { Fault } from '#shared/faults.ts'
import type { Transfer, TransferFile } from '#shared/transfers.ts'
import type { fakeApi } from './fake-api.ts'
import { fakeId } from './fake-devices.ts'
import { fakeTransfer } from './fake-transfers.ts'

/** Transfers as a person would have them: two under way to Studio, two that ended, one waiting. */
export function busy({ transfers, files }: ReturnType<typeof fakeApi>): void {
  const today = new Date()
  today.setUTCHours(10, 42, 0, 0)
  const earlier = (minutes: number) => today.getTime() - minutes * 60_000
  const lost = new Fault('transfer.laneLost', { problem: 'the network changed' })
  const rows: Transfer[] = [
    fakeTransfer(1, {
      device: fakeId(0x51),
      names: ['Shoot 2026-11-18'],
      files: 2_870,
      doneFiles: 1_204,
      bytes: 18.4e9,
      totalBytes: 41.2e9,
      lane: 'tcp',
      rate: 112e6,
      etaSeconds: 204,
      current: [
        { path: 'Shoot 2026-11-18/raw/interview.mov', bytes: 3.1e9, size: 12.8e9 },
        { path: 'Shoot 2026-11-18/raw/b-roll.mov', bytes: 210e6, size: 4.4e9 },
      ],
      state: 'moving',
    }),
    fakeTransfer(2, {
      device: fakeId(0x51),
      names: ['debian-live.iso'],
      bytes: 2.1e9,
      totalBytes: 3.4e9,
      state: 'paused',
      by: 'reason',
      fault: lost.toRecord(),
    }),
    fakeTransfer(3, {
      device: fakeId(0x51),
      names: ['contract-signed.pdf'],
      doneFiles: 1,
      bytes: 1.2e6,
      totalBytes: 1.2e6,
      endedAt: earlier(0),
      state: 'done',
    }),
    fakeTransfer(4, {
      device: fakeId(0x51),
      direction: 'receive',
      names: ['website'],
      files: 8_113,
      doneFiles: 8_111,
      skippedFiles: 2,
      bytes: 640e6,
      totalBytes: 640e6,
      folder: '/home/ada/Downloads',
      endedAt: earlier(31),
      state: 'done',
    }),
    fakeTransfer(5, {
      device: fakeId(0x53),
      deviceName: 'Attic server',
      names: ['backup.tar'],
      totalBytes: 9.1e9,
      state: 'queued',
    }),
  ]
  for (const row of rows) transfers.put(row)
  files.push(...fakeFiles(2_870))
}

/** What became of so many files, in the order it came about. */
export function fakeFiles(amount: number): TransferFile[] {
  return Array.from({ length: amount }, (_, n) => {
    const path = `Shoot 2026-11-18/IMG_${String(n).padStart(5, '0')}.CR3`
    if (n % 50 === 49) {
      return { path, bytes: 0, state: 'skipped', reason: 'link', blake3: null }
    }
    const blake3 = (n + 1).toString(16).padStart(64, '0')
    return { path, bytes: 24_000_000 + n, state: 'landed', reason: null, blake3 }
  })
}

export function fakeOffer(n: number, rest: Partial<Transfer> = {}): Transfer {
  return fakeTransfer(n, {
    device: fakeId(0x52),
    deviceName: 'Work laptop',
    direction: 'receive',
    names: ['Quarterly report'],
    files: 44,
    totalBytes: 318e6,
    folder: '/home/ada/Downloads',
    freeBytes: 214e9,
    state: 'offered',
    expiresAt: Date.now() + 3_600_000,
    ...rest,
  } as Partial<Transfer>)
}
