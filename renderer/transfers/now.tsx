import { useCallback, useMemo, useState } from 'react'
import { isOver } from '#shared/transfer-states.ts'
import type { Transfer } from '#shared/transfers.ts'
import { useContract, useTransfers } from '../bridge/context.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/section.tsx'
import { CopyRow } from './drop/copy-row.tsx'
import { useCopies } from './drop/use-send.ts'
import { rowsOf } from './summary.ts'
import { TransferRow } from './transfer-row.tsx'
import styles from './transfer-row.module.css'

interface NowProps {
  /** Null shows those of all devices. */
  readonly device: string | null
}

const firstShown = 30

/** What is under way, in the order it goes. Nothing at all while nothing is. */
export function Now({ device }: NowProps) {
  const { value, fault } = useTransfers()
  const [limit, setLimit] = useState(firstShown)
  const copies = useCopies().filter(({ to }) => device === null || to === device)
  const rows = useMemo(() => underWay(value, device), [value, device])
  const onMove = useMove(device)
  if (!value && fault)
    return <Notice>{`${text.transfers.now.unknown}. ${text.fault(fault)}`}</Notice>
  if (rows.length + copies.length === 0) return null
  const hidden = rows.length - limit
  return (
    <Section title={text.transfers.now.title}>
      <ul>
        {copies.map((copy) => (
          <CopyRow key={`copy-${copy.id}`} copy={copy} />
        ))}
        {rows.slice(0, limit).map((transfer, index) => (
          <TransferRow
            key={transfer.id}
            transfer={transfer}
            saysDevice={device === null}
            canMove={{ up: index > 0, down: index < rows.length - 1 }}
            onMove={onMove}
          />
        ))}
      </ul>
      {hidden > 0 ? (
        <div className={styles.foot}>
          <Button look="quiet" onClick={() => setLimit(limit + 100)}>
            {text.transfers.now.all(Math.min(hidden, 100))}
          </Button>
        </div>
      ) : null}
    </Section>
  )
}

function underWay(
  transfers: ReadonlyMap<string, Transfer> | null,
  device: string | null,
): readonly Transfer[] {
  return rowsOf(transfers, device)
    .filter((row) => !isOver(row))
    .sort((one, other) => one.order - other.order)
}

/** Stays the same function whatever moves, so that no row renders for it. */
function useMove(device: string | null) {
  const { link, transfers } = useContract()
  return useCallback(
    async (id: Transfer['id'], step: -1 | 1) => {
      const all = underWay(transfers.getState().value, device)
      const place = all.findIndex((row) => row.id === id)
      const before = all[step < 0 ? place - 1 : place + 2]?.id ?? null
      await link.call('transfer.reorder', { id, before })
    },
    [link, transfers, device],
  )
}
