import { History, SearchX } from 'lucide-react'
import { useEffect, useEffectEvent, useId, useMemo, useRef, useState, type RefObject } from 'react'
import { useStore } from 'zustand'
import type { Transfer } from '#shared/transfers.ts'
import { useContract } from '../bridge/context.ts'
import { usePages } from '../bridge/use-pages.ts'
import { DeviceHeader } from '../devices/device-header.tsx'
import { text } from '../text/text.ts'
import { PastRow } from '../transfers/past-row.tsx'
import { TransferFiles } from '../transfers/transfer-files.tsx'
import { stateOf, titleOf } from '../transfers/words.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogFoot, DialogTitle } from '../ui/dialog.tsx'
import { useSlim } from '../ui/media.ts'
import { Line, Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { undoable, useGoing } from '../ui/undo.ts'
import { VirtualList } from '../ui/virtual-list.tsx'
import { ClearHistory, wholeHistory } from './clear-history.tsx'
import styles from './history-page.module.css'

const pageSize = 100
const rowHeight = 84
const slimRowHeight = 130
const typingMs = 200

/** Everything that ended, the latest first: found again by its name or its device. */
export function HistoryPage() {
  const [typed, setTyped] = useState('')
  const done = useStore(undoable, (all) => all.done)
  const isGoing = useGoing()(wholeHistory)
  const search = useSettled(typed.trim())
  const scroller = useRef<HTMLDivElement>(null)
  const words = text.transfers.history
  return (
    <div className={styles.page} ref={scroller}>
      <DeviceHeader
        title={<h1>{words.title}</h1>}
        badge={null}
        facts={[words.fact]}
        end={isGoing ? null : <ClearHistory />}
      />
      <input
        type="search"
        className={styles.search}
        aria-label={words.search}
        placeholder={words.search}
        maxLength={256}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      {isGoing ? (
        <Nothing search="" />
      ) : (
        <Found key={`${done} ${search}`} search={search} scroller={scroller} />
      )}
    </div>
  )
}

/** What was typed once the person pauses. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), typingMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

interface FoundProps {
  readonly search: string
  readonly scroller: RefObject<HTMLElement | null>
}

function Found({ search, scroller }: FoundProps) {
  const { link } = useContract()
  const slim = useSlim()
  const [open, setOpen] = useState<Transfer | null>(null)
  const words = text.transfers.history
  const pages = usePages<Transfer>(pageSize, async (offset, limit) => {
    const { total, transfers } = await link.call('history.list', { search, offset, limit })
    return { total, rows: transfers }
  })
  const { total, says } = pages
  const all = useMemo(() => Array.from({ length: total ?? 0 }, (_, index) => index), [total])
  const isGoing = useGoing()
  const rows = all.filter((index) => !isGoing(pages.rowAt(index)?.id ?? ''))

  const failed =
    says === null ? null : (
      <Section title={words.failed}>
        <Line
          icon={<History size={18} />}
          title={says}
          end={<Button onClick={pages.retry}>{words.retry}</Button>}
        />
      </Section>
    )
  if (total === null) {
    return (
      failed ?? (
        <div aria-busy>
          <Skeleton shape="card" />
        </div>
      )
    )
  }
  if (rows.length === 0) return <Nothing search={search} />
  return (
    <>
      {failed}
      <Section title={words.found(rows.length)}>
        <VirtualList
          label={words.title}
          rows={rows}
          rowHeight={slim ? slimRowHeight : rowHeight}
          scroller={scroller}
          current={0}
          keyOf={String}
          render={(index, tabIndex) => (
            <HistoryRow
              transfer={pages.rowAt(index)}
              index={index}
              tabIndex={tabIndex}
              need={pages.need}
              onOpen={setOpen}
            />
          )}
        />
        {open ? <Detail transfer={open} onClose={() => setOpen(null)} /> : null}
      </Section>
    </>
  )
}

interface HistoryRowProps {
  readonly transfer: Transfer | undefined
  readonly index: number
  readonly tabIndex: 0 | -1
  readonly need: (index: number) => void
  readonly onOpen: (transfer: Transfer) => void
}

function HistoryRow({ transfer, index, tabIndex, need, onOpen }: HistoryRowProps) {
  const ask = useEffectEvent(() => need(index))
  useEffect(() => {
    if (!transfer) ask()
  }, [transfer])
  if (!transfer) return <div className={styles.row} aria-busy tabIndex={tabIndex} />
  return (
    <div className={styles.row}>
      <PastRow
        transfer={transfer}
        open={false}
        saysWho
        tabIndex={tabIndex}
        onOpen={() => onOpen(transfer)}
      />
    </div>
  )
}

function Nothing({ search }: { readonly search: string }) {
  const words = text.transfers.history
  const isSearch = search !== ''
  return (
    <Section title={words.title}>
      <Line
        icon={isSearch ? <SearchX size={18} /> : <History size={18} />}
        title={isSearch ? words.notFound(search) : words.none}
        detail={isSearch ? words.notFoundHelp : words.noneHelp}
      />
    </Section>
  )
}

interface DetailProps {
  readonly transfer: Transfer
  readonly onClose: () => void
}

function Detail({ transfer, onClose }: DetailProps) {
  const id = useId()
  const title = titleOf(transfer)
  return (
    <Dialog wide labelledBy={id} onClose={onClose}>
      <DialogTitle id={id} title={text.transfers.detail.title(title)} />
      <p className={styles.help}>{stateOf(transfer, null)}</p>
      {transfer.folder === null ? null : (
        <p className={styles.folder}>{text.transfers.earlier.inFolder(transfer.folder)}</p>
      )}
      <TransferFiles transfer={transfer} title={title} />
      <DialogFoot>
        <Button onClick={onClose}>{text.transfers.detail.close}</Button>
      </DialogFoot>
    </Dialog>
  )
}
