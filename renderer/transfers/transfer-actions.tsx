import { ArrowDown, ArrowUp, ChevronDown, ChevronUp, X } from 'lucide-react'
import type { Transfer } from '#shared/transfers.ts'
import { useContract } from '../bridge/context.ts'
import { text } from '../text/text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { showOffer } from './offers.ts'
import styles from './transfer-row.module.css'

interface TransferActionsProps {
  readonly transfer: Transfer
  readonly title: string
  readonly busy: boolean
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>
  readonly canMove: { readonly up: boolean; readonly down: boolean }
  readonly onMove: (id: Transfer['id'], step: -1 | 1) => Promise<unknown>
  readonly open: boolean
  readonly onOpen: () => void
}

/** What one can do with a transfer under way; each button also says of which one. */
export function TransferActions(props: TransferActionsProps) {
  const { transfer, title, busy, run, canMove, onMove, open } = props
  const { link } = useContract()
  const words = text.transfers.actions
  const { id } = transfer
  const main = mainActionOf(transfer)
  const cancel = () => void run(() => link.call('transfer.cancel', { id }))
  return (
    <>
      {canMove.up || canMove.down ? (
        <span className={styles.order}>
          <IconButton
            label={words.of(words.up, title)}
            icon={<ArrowUp size={14} aria-hidden />}
            aria-disabled={!canMove.up}
            onClick={() => canMove.up && void run(() => onMove(id, -1))}
          />
          <IconButton
            label={words.of(words.down, title)}
            icon={<ArrowDown size={14} aria-hidden />}
            aria-disabled={!canMove.down}
            onClick={() => canMove.down && void run(() => onMove(id, 1))}
          />
        </span>
      ) : null}
      {main === null ? (
        <Button aria-label={words.of(words.cancel, title)} aria-busy={busy} onClick={cancel}>
          {words.cancel}
        </Button>
      ) : (
        <Button
          look={main === 'answer' ? 'signal' : 'plain'}
          aria-label={words.of(words[main], title)}
          aria-busy={busy}
          onClick={() =>
            main === 'answer'
              ? showOffer(id)
              : void run(() => link.call(`transfer.${main}`, { id }))
          }
        >
          {words[main]}
        </Button>
      )}
      <span className={styles.tools}>
        <IconButton
          label={words.of(open ? words.hide : words.details, title)}
          aria-expanded={open}
          icon={open ? <ChevronUp size={16} aria-hidden /> : <ChevronDown size={16} aria-hidden />}
          onClick={props.onOpen}
        />
        {main === null ? null : (
          <IconButton
            label={words.of(words.cancel, title)}
            icon={<X size={16} aria-hidden />}
            onClick={cancel}
          />
        )}
      </span>
    </>
  )
}

/** Null where there is nothing to do but to end it. */
function mainActionOf(transfer: Transfer): 'answer' | 'pause' | 'resume' | null {
  if (transfer.state === 'offered') return transfer.direction === 'receive' ? 'answer' : null
  if (transfer.state === 'paused') return transfer.by === 'me' ? 'resume' : null
  return transfer.state === 'finishing' ? null : 'pause'
}
