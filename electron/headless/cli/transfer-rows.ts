import type { FaultCode } from '#shared/faults.ts'
import { formatBytes, formatSeconds } from '#shared/formatting.ts'
import type { Transfer } from '#shared/transfers.ts'
import { printable } from './output.ts'

const shortestPrefix = 4

function reasonOf(row: Transfer): FaultCode | 'me' | 'peer' | null {
  if (row.state === 'paused') return row.by === 'reason' ? (row.fault?.code ?? null) : row.by
  if (row.state === 'failed' || row.state === 'declined') return row.fault.code
  return row.state === 'cancelled' ? row.by : null
}

/** What `gangway transfers --json` says of one. */
export function documentOf(row: Transfer) {
  const { id, direction, device, state, bytes, totalBytes, files, doneFiles, lane, rate } = row
  const reason = reasonOf(row)
  return { id, direction, device, state, reason, bytes, totalBytes, files, doneFiles, lane, rate }
}

/** What stands in the list for people. */
export function cellsOf(row: Transfer): string[] {
  const names = row.names.map((name) => printable(name)).join(', ')
  const more = row.things > row.names.length ? ` and ${row.things - row.names.length} more` : ''
  const way = row.direction === 'send' ? 'to' : 'from'
  return [
    row.id.slice(0, 8),
    stateText(row),
    `${percentOf(row)} %`,
    `${formatBytes(row.bytes)} of ${formatBytes(row.totalBytes)}`,
    `${way} ${printable(row.deviceName)}`,
    `${names}${more}`,
  ]
}

export function stateText(row: Transfer): string {
  const reason = reasonOf(row)
  if (row.state === 'paused') {
    if (reason === 'me') return 'paused here'
    return reason === 'peer' ? 'paused there' : 'waiting'
  }
  return row.state === 'queued' ? 'waiting for device' : row.state
}

const barWidth = 24

/** One line that tells all: for a terminal, where it is written over and over. */
export function progressLine(row: Transfer): string {
  const filled = Math.round((percentOf(row) / 100) * barWidth)
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
  const speed = row.rate > 0 ? `${formatBytes(row.rate)}/s` : ''
  const left = row.etaSeconds === null ? '' : `${formatSeconds(row.etaSeconds)} left`
  const size = `${formatBytes(row.bytes)} of ${formatBytes(row.totalBytes)}`
  const parts = [`${percentOf(row)} %`, size, speed, left, row.lane ?? stateText(row)]
  return `${bar}  ${parts.filter((part) => part !== '').join('  ')}`
}

/** 100 only when it is done (safety 24). */
function percentOf({ state, bytes, totalBytes }: Transfer): number {
  if (state === 'done') return 100
  return totalBytes === 0 ? 0 : Math.min(99, Math.floor((bytes / totalBytes) * 100))
}

/** The one transfer a person means, by its id or the beginning of it. */
export function resolveTransfer(rows: readonly Transfer[], text: string): Transfer | null {
  const wanted = text.trim().toLowerCase()
  const found = rows.filter(
    ({ id }) => id === wanted || (wanted.length >= shortestPrefix && id.startsWith(wanted)),
  )
  const [row] = found
  return row && found.length === 1 ? row : null
}
