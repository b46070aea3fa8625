import type { Transfer } from '#shared/transfers.ts'
import type { Seen } from './follow.ts'
import { words } from './words/words.ts'

/** Something worth telling somebody who does not look at the window. */
export type Notice =
  | { readonly about: 'offer'; readonly transfer: Transfer }
  | { readonly about: 'arrived'; readonly transfer: Transfer }
  | { readonly about: 'sent'; readonly transfer: Transfer }
  | { readonly about: 'failed'; readonly transfer: Transfer }
  | { readonly about: 'text'; readonly id: string; readonly from: string }
  | { readonly about: 'pairing'; readonly prompt: string }

/** A burst is told by its first few; the window shows all of it. */
const mostAtOnce = 4

export function noticesBetween(before: Seen, after: Seen): Notice[] {
  const notices: Notice[] = []
  const { pairing } = after
  if (pairing.state === 'asking' && promptOf(before) !== pairing.prompt) {
    notices.push({ about: 'pairing', prompt: pairing.prompt })
  }
  for (const transfer of after.transfers.values()) {
    const about = newsOf(before.transfers.get(transfer.id), transfer)
    if (about) notices.push({ about, transfer })
  }
  for (const { id, from } of after.texts.values()) {
    const name = after.devices.get(from)?.name
    if (!before.texts.has(id) && name !== undefined) notices.push({ about: 'text', id, from: name })
  }
  return notices.slice(0, mostAtOnce)
}

function newsOf(
  was: Transfer | undefined,
  { state, direction }: Transfer,
): 'offer' | 'arrived' | 'sent' | 'failed' | null {
  if (was?.state === state) return null
  if (state === 'offered') return direction === 'receive' ? 'offer' : null
  if (state === 'done') return direction === 'receive' ? 'arrived' : 'sent'
  return state === 'failed' ? 'failed' : null
}

/** What a notice asks is settled, here or elsewhere: it need not stay on the screen. */
export function isSettled(notice: Notice, now: Seen): boolean {
  if (notice.about === 'offer') return now.transfers.get(notice.transfer.id)?.state !== 'offered'
  if (notice.about === 'pairing') return promptOf(now) !== notice.prompt
  return notice.about === 'text' && !now.texts.has(notice.id)
}

function promptOf({ pairing }: Seen): string | null {
  return pairing.state === 'asking' ? pairing.prompt : null
}

export interface NoticeWords {
  readonly title: string
  readonly body: string
  readonly actions: readonly ('accept' | 'decline' | 'openFolder')[]
}

export function wordsOf(notice: Notice): NoticeWords {
  const say = words.notices
  const plain = { actions: [] }
  switch (notice.about) {
    case 'offer': {
      const { deviceName, files, totalBytes } = notice.transfer
      const body = say.offerHolds(files, totalBytes)
      return { title: say.offer(deviceName), body, actions: ['accept', 'decline'] }
    }
    case 'arrived': {
      const { deviceName, doneFiles } = notice.transfer
      const body = say.arrivedHolds(doneFiles)
      return { title: say.arrived(deviceName), body, actions: ['openFolder'] }
    }
    case 'sent':
      return { ...plain, title: say.sent(notice.transfer.deviceName), body: '' }
    case 'failed':
      return { ...plain, title: say.failed(notice.transfer.deviceName), body: say.failedHelp }
    case 'text':
      return { ...plain, title: say.text(notice.from), body: say.textHelp }
    case 'pairing':
      return { ...plain, title: say.pairing, body: say.pairingHelp }
    default:
      return notice satisfies never
  }
}
