import { isOver } from '#shared/transfer-states.ts'
import type { Transfer } from '#shared/transfers.ts'
import { text } from '../text/text.ts'
import { roughlyLeftWords } from '../text/times.ts'
import { joined } from './words.ts'

/** “Sending 2 · 4 min left”: a device's transfers in one line, or null when there are none. */
export function summaryOf(transfers: readonly Transfer[]): string | null {
  const words = text.transfers.line
  const rows = transfers.filter((row) => !isOver(row))
  if (rows.length === 0) return null
  if (rows.some((row) => row.state === 'offered' && row.direction === 'receive')) return words.asks
  const moving = rows.filter(({ state }) => state === 'moving' || state === 'finishing')
  if (moving.length > 0) {
    const sending = moving.filter(({ direction }) => direction === 'send').length
    const receiving = moving.length - sending
    const left = Math.max(...moving.map(({ etaSeconds }) => etaSeconds ?? 0))
    return joined(
      sending > 0 && words.sending(sending),
      receiving > 0 && words.receiving(receiving),
      left > 0 && text.transfers.left(roughlyLeftWords(left)),
    )
  }
  if (rows.some(({ state }) => state === 'offered')) return words.asked
  const paused = rows.filter((row) => row.state === 'paused' && row.by !== 'reason').length
  return paused === rows.length ? words.paused(paused) : words.waiting(rows.length)
}

export function rowsOf(
  transfers: ReadonlyMap<string, Transfer> | null,
  device: string | null,
): Transfer[] {
  const all = [...(transfers?.values() ?? [])]
  return device === null ? all : all.filter((row) => row.device === device)
}
