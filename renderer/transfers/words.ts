import type { Path } from '#shared/devices.ts'
import type { LaneKind, Transfer } from '#shared/transfers.ts'
import { bytesWords, bytesOfWords } from '../text/amounts.ts'
import { text } from '../text/text.ts'
import { leftWords } from '../text/times.ts'

/** A transfer in the words of the screens. */

/** “website”, “a.txt and 4 more”. */
export function titleOf({ names: [first], things }: Pick<Transfer, 'names' | 'things'>): string {
  if (first === undefined) return text.transfers.nameless
  return things > 1 ? text.transfers.more(first, things - 1) : first
}

export type Shape = 'file' | 'folder' | 'several'

/** One thing that holds several files is a folder. */
export function shapeOf({ things, files, names }: Transfer): Shape {
  if (things > 1 || names.length > 1) return 'several'
  return files === 1 ? 'file' : 'folder'
}

/** “18.4 of 41.2 GB”, and the whole alone before it begins. */
export function amountOf({ bytes, totalBytes }: Transfer): string {
  if (bytes === 0) return bytesWords(totalBytes)
  return text.transfers.of(...bytesOfWords(bytes, totalBytes))
}

/** “1,204 of 2,870 files · 112 MB/s · 3 min 24 s left · LAN”, or why nothing moves. */
export function stateOf(transfer: Transfer, path: Path | null): string {
  const { deviceName: name, direction } = transfer
  const states = text.transfers.state
  switch (transfer.state) {
    case 'queued':
      return direction === 'send' ? states.waitingFor(name) : states.waitingToCome(name)
    case 'offered':
      return direction === 'send' ? states.asked(name) : states.asksYou
    case 'accepted':
      return states.inLine
    case 'moving':
      return joined(...movingFacts(transfer, path))
    case 'paused':
      if (transfer.fault) return text.fault(transfer.fault)
      return transfer.by === 'peer' ? states.pausedByPeer(name) : states.pausedByMe
    case 'finishing':
      return states.finishing
    case 'failed':
      return text.fault(transfer.fault)
    case 'declined':
      return direction === 'receive' ? states.declinedByMe : text.fault(transfer.fault)
    case 'cancelled':
      return transfer.by === 'peer' ? states.cancelledByPeer(name) : states.cancelledByMe
    case 'done':
      return direction === 'send'
        ? text.transfers.earlier.verified
        : text.transfers.earlier.arrivedHere
    default:
      return transfer satisfies never
  }
}

function movingFacts(transfer: Transfer, path: Path | null): (string | false)[] {
  const { files, doneFiles, bytes, rate, etaSeconds, lane, listed } = transfer
  const isNew = doneFiles === 0 && bytes === 0
  return [
    files > 1 && text.transfers.filesOf(doneFiles, files),
    rate > 0 ? text.transfers.rate(bytesWords(rate)) : isNew && text.transfers.state.next,
    etaSeconds !== null && text.transfers.left(leftWords(etaSeconds)),
    lane !== null && laneWords(lane, path),
    !listed && text.transfers.state.counting,
  ]
}

function laneWords(lane: LaneKind, path: Path | null): string {
  if (lane === 'tcp')
    return path?.kind === 'lan' ? text.transfers.lanes.lan : text.transfers.lanes.direct
  return path ? text.transfers.lanes[path.kind] : text.transfers.lanes.internet
}

export function joined(...parts: readonly (string | false | null)[]): string {
  return parts.filter((part) => typeof part === 'string').join(text.separator)
}
