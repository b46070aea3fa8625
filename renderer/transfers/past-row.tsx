import { X } from 'lucide-react'
import { memo, useState } from 'react'
import type { Transfer } from '#shared/transfers.ts'
import { useContract } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { bytesWords } from '../text/amounts.ts'
import { text } from '../text/text.ts'
import { sinceWords } from '../text/times.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useMinute } from '../ui/minute.ts'
import { doLater } from '../ui/undo.ts'
import { useLanguage } from '../ui/use-language.ts'
import { Show, useDragOut, useReceived } from './received.tsx'
import { ShapeIcon } from './shape-icon.tsx'
import { TransferFiles } from './transfer-files.tsx'
import { whoseIs } from './transfer-row.tsx'
import styles from './transfer-row.module.css'
import { joined, shapeOf, stateOf, titleOf } from './words.ts'

interface PastRowProps {
  readonly transfer: Transfer
  readonly open: boolean
  /** Not where one looks at the device it went to. */
  readonly saysWho: boolean
  readonly onOpen: (id: string) => void
  readonly tabIndex?: 0 | -1 | undefined
}

/** A transfer that ended: how, and what one can still do with it. */
export function PastRow({ transfer, open, saysWho, onOpen, tabIndex }: PastRowProps) {
  const title = titleOf(transfer)
  const words = text.transfers.actions
  const verb = open ? words.hide : words.details
  const isHere = useReceived(transfer)
  const dragOut = useDragOut(transfer, null)
  return (
    <>
      <span className={styles.icon} aria-hidden>
        <ShapeIcon shape={shapeOf(transfer)} />
      </span>
      <div className={styles.words} {...dragOut}>
        <div>
          <p className={styles.name} title={title}>
            <bdi>{title}</bdi>
            {saysWho ? <span className={styles.who}> {whoseIs(transfer)}</span> : null}
          </p>
          <PastDetail transfer={transfer} />
        </div>
      </div>
      <div className={styles.end}>
        {isHere ? <Show transfer={transfer} path={null} title={title} tabIndex={tabIndex} /> : null}
        <Again transfer={transfer} title={title} tabIndex={tabIndex} />
        <Button
          aria-label={words.of(verb, title)}
          aria-expanded={open}
          tabIndex={tabIndex}
          onClick={() => onOpen(transfer.id)}
        >
          {verb}
        </Button>
      </div>
      <Forget transfer={transfer} title={title} tabIndex={tabIndex} />
    </>
  )
}

function PastDetail({ transfer }: Pick<PastRowProps, 'transfer'>) {
  const now = useMinute()
  const { earlier } = text.transfers
  const { state, files, bytes, skippedFiles, failedFiles, endedAt, folder } = transfer
  const bad = state === 'failed'
  return (
    <p className={styles.detail} data-tone={bad ? 'bad' : undefined} title={folder ?? undefined}>
      {joined(
        files > 1 && text.transfers.files(files),
        state === 'done' && bytesWords(bytes),
        stateOf(transfer, null),
        skippedFiles > 0 && earlier.skipped(skippedFiles),
        failedFiles > 0 && state !== 'failed' && earlier.failedFiles(failedFiles),
        endedAt !== null && sinceWords(endedAt, now),
      )}
    </p>
  )
}

interface AgainProps extends Pick<PastRowProps, 'transfer' | 'tabIndex'> {
  readonly title: string
}

/**
 * What did not arrive is tried again; what did can be sent once more, by whoever sent it. Of what a
 * browser dropped there is nothing left to send then.
 */
function Again({ transfer, title, tabIndex }: AgainProps) {
  const { link } = useContract()
  const trying = useAction()
  const { id, state, direction, isCopy } = transfer
  const words = text.transfers.actions
  const isDone = state === 'done'
  if (isDone && direction === 'receive') return null
  if (isCopy && state !== 'failed') return null
  const verb = isDone ? words.sendAgain : words.retry
  return (
    <>
      <span className={styles.problem} role="alert">
        {trying.says}
      </span>
      <Button
        aria-label={words.of(verb, title)}
        aria-busy={trying.busy}
        tabIndex={tabIndex}
        onClick={() =>
          void trying.run(() => link.call(isDone ? 'transfer.sendAgain' : 'transfer.retry', { id }))
        }
      >
        {verb}
      </Button>
    </>
  )
}

/** Nothing could bring its receipts back, so it goes only after there was time to undo it. */
function Forget({ transfer: { id }, title, tabIndex }: AgainProps) {
  const { link } = useContract()
  const { forget, forgotten } = text.transfers.history
  const remove = () =>
    doLater({
      key: id,
      says: () => forgotten(title),
      act: () => link.call('history.remove', { id }),
    })
  const label = text.transfers.actions.of(forget, title)
  return (
    <span className={styles.forget}>
      <IconButton label={label} icon={<X size={16} />} tabIndex={tabIndex} onClick={remove} />
    </span>
  )
}

/** The same as a line of a short list, with its files below it. */
export const PastItem = memo(function PastItem({ transfer }: Pick<PastRowProps, 'transfer'>) {
  useLanguage()
  const [open, setOpen] = useState(false)
  return (
    <li className={styles.row}>
      <PastRow
        transfer={transfer}
        open={open}
        saysWho={transfer.direction === 'receive'}
        onOpen={() => setOpen(!open)}
      />
      {open ? (
        <div className={styles.more}>
          <TransferFiles transfer={transfer} title={titleOf(transfer)} />
        </div>
      ) : null}
    </li>
  )
})
