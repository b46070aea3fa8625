import { memo, useState } from 'react'
import { useStore } from 'zustand'
import type { PairedDevice, Path } from '#shared/devices.ts'
import type { Transfer } from '#shared/transfers.ts'
import { useContract } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { pathOf } from '../devices/presence.ts'
import { text } from '../text/text.ts'
import { Bar } from './bar.tsx'
import { ShapeIcon } from './shape-icon.tsx'
import { Sparkline } from './sparkline.tsx'
import { TransferActions } from './transfer-actions.tsx'
import { TransferFiles } from './transfer-files.tsx'
import { useLanguage } from '../ui/use-language.ts'
import styles from './transfer-row.module.css'
import { amountOf, shapeOf, stateOf, titleOf } from './words.ts'

interface TransferRowProps {
  readonly transfer: Transfer
  /** Where it is not clear from around it whose it is. */
  readonly saysDevice: boolean
  readonly canMove: { readonly up: boolean; readonly down: boolean }
  readonly onMove: (id: Transfer['id'], step: -1 | 1) => Promise<unknown>
}

/**
 * A transfer under way. Renders when its own row changes and at no other time: others of hundreds
 * may change many times a second.
 */
export const TransferRow = memo(
  function TransferRow({ transfer, saysDevice, canMove, onMove }: TransferRowProps) {
    useLanguage()
    const [open, setOpen] = useState(false)
    const acting = useAction()
    const path = useStore(useContract().devices, ({ value }) =>
      lanePath(value?.get(transfer.device)),
    )
    const title = titleOf(transfer)
    const { bytes, totalBytes, state } = transfer
    const moving = state === 'moving' || state === 'finishing'
    return (
      <li className={styles.row}>
        <span className={styles.icon} aria-hidden>
          <ShapeIcon shape={shapeOf(transfer)} />
        </span>
        <div className={styles.words}>
          <div className={styles.head}>
            <span className={styles.name} title={title}>
              <bdi>{title}</bdi>
              {saysDevice ? <span className={styles.who}> {whoseIs(transfer)}</span> : null}
            </span>
            <span className={styles.amount}>{amountOf(transfer)}</span>
          </div>
          <Bar
            label={text.transfers.progress(title)}
            part={totalBytes === 0 ? null : Math.min(1, bytes / totalBytes)}
            tone={
              moving
                ? 'signal'
                : state === 'paused' && transfer.by === 'reason'
                  ? 'waiting'
                  : 'quiet'
            }
          />
          <p className={styles.detail}>{stateOf(transfer, path)}</p>
          <p className={styles.problem} role="alert">
            {acting.says}
          </p>
        </div>
        <div className={styles.end}>
          <span className={styles.spark}>{moving ? <Sparkline id={transfer.id} /> : null}</span>
          <TransferActions
            transfer={transfer}
            title={title}
            busy={acting.busy}
            run={acting.run}
            canMove={canMove}
            onMove={onMove}
            open={open}
            onOpen={() => setOpen(!open)}
          />
        </div>
        {open ? (
          <div className={styles.more}>
            <TransferFiles transfer={transfer} title={title} />
          </div>
        ) : null}
      </li>
    )
  },
  (before, after) =>
    before.transfer === after.transfer &&
    before.saysDevice === after.saysDevice &&
    before.canMove.up === after.canMove.up &&
    before.canMove.down === after.canMove.down &&
    before.onMove === after.onMove,
)

export function whoseIs({ direction, deviceName }: Transfer): string {
  const { from, to } = text.transfers.direction
  return direction === 'send' ? to(deviceName) : from(deviceName)
}

function lanePath(device: PairedDevice | undefined): Path | null {
  return device ? pathOf(device) : null
}
