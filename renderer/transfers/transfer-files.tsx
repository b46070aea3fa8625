import { useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { isOver } from '#shared/transfer-states.ts'
import type { Transfer, TransferFile } from '#shared/transfers.ts'
import { useContract } from '../bridge/context.ts'
import { usePages } from '../bridge/use-pages.ts'
import { bytesOfWords, bytesWords } from '../text/amounts.ts'
import { text } from '../text/text.ts'
import { Button, LinkButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { VirtualList } from '../ui/virtual-list.tsx'
import { Show, useDragOut, useReceived } from './received.tsx'
import styles from './transfer-files.module.css'
import { Bar } from './bar.tsx'
import { FilePath } from './file-path.tsx'
import { joined } from './words.ts'

interface TransferFilesProps {
  readonly transfer: Transfer
  readonly title: string
}

const pageSize = 200
const rowHeight = 40
const lookMs = 1_000

/** What became of each file, however many, with the receipt of those that arrived. */
export function TransferFiles({ transfer, title }: TransferFilesProps) {
  const { link } = useContract()
  const { id } = transfer
  const [receipt, setReceipt] = useState<TransferFile | null>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const words = text.transfers.detail
  const pages = usePages<TransferFile>(pageSize, async (offset, limit) => {
    const { total, files } = await link.call('transfer.files', { id, offset, limit })
    return { total, rows: files }
  })
  const { total } = pages
  useGrowing(transfer, total, pages.grow)
  const rows = useMemo(() => Array.from({ length: total ?? 0 }, (_, index) => index), [total])

  return (
    <div className={styles.files}>
      <Moving transfer={transfer} />
      <output className={styles.says}>
        {pages.says ?? (total === null ? words.loading : total === 0 ? words.none : null)}
      </output>
      {pages.says === null ? null : (
        <div className={styles.retry}>
          <Button onClick={pages.retry}>{text.transfers.actions.retry}</Button>
        </div>
      )}
      <div className={styles.scroller} ref={scroller} hidden={rows.length === 0}>
        {/* Not before its scroller stands: a list measures it when it comes. */}
        {rows.length > 0 ? (
          <VirtualList
            label={words.title(title)}
            rows={rows}
            rowHeight={rowHeight}
            scroller={scroller}
            current={0}
            keyOf={String}
            render={(index, tabIndex) => (
              <FileRow
                transfer={transfer}
                file={pages.rowAt(index)}
                index={index}
                tabIndex={tabIndex}
                need={pages.need}
                onReceipt={setReceipt}
              />
            )}
          />
        ) : null}
      </div>
      {receipt ? (
        <Receipt key={receipt.path} file={receipt} onClose={() => setReceipt(null)} />
      ) : null}
    </div>
  )
}

/** Those of which a part is there, and how many have not begun. */
function Moving({ transfer }: Pick<TransferFilesProps, 'transfer'>) {
  const { current, files, doneFiles, skippedFiles, failedFiles } = transfer
  const words = text.transfers.detail
  const waiting = files - doneFiles - skippedFiles - failedFiles - current.length
  const says = waiting > 0 && !isOver(transfer) ? words.waiting(waiting) : null
  if (current.length === 0 && says === null) return null
  return (
    <div className={styles.moving}>
      {current.length > 0 ? (
        <ul className={styles.current} aria-label={words.moving}>
          {current.map(({ path, bytes, size }) => (
            <li key={path} className={styles.underWay}>
              <FilePath path={path} />
              <Bar label={text.transfers.progress(path)} part={bytes / size} tone="signal" />
              <span className={styles.size}>{text.transfers.of(...bytesOfWords(bytes, size))}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {says === null ? null : <p className={styles.help}>{says}</p>}
    </div>
  )
}

/** Asks for what was added since, once a second at most. */
function useGrowing(transfer: Transfer, total: number | null, grow: () => void): void {
  const { doneFiles, skippedFiles, failedFiles } = transfer
  const look = useEffectEvent(() => {
    if (total !== null && total < doneFiles + skippedFiles + failedFiles) grow()
  })
  useEffect(() => {
    const timer = setInterval(() => look(), lookMs)
    return () => clearInterval(timer)
  }, [])
}

interface FileRowProps {
  readonly transfer: Transfer
  readonly file: TransferFile | undefined
  readonly index: number
  readonly tabIndex: 0 | -1
  readonly need: (index: number) => void
  readonly onReceipt: (file: TransferFile) => void
}

function FileRow({ transfer, file, index, tabIndex, need, onReceipt }: FileRowProps) {
  const words = text.transfers.detail
  const place = useRef<HTMLDivElement>(null)
  const isHere = useReceived(transfer) && file?.state === 'landed'
  const dragOut = useDragOut(transfer, file?.path ?? null)
  const ask = useEffectEvent(() => need(index))
  useEffect(() => {
    if (!file) ask()
  }, [file])
  useLayoutEffect(() => {
    // Who came here before the row did goes on with what can be done in it.
    const { current } = place
    if (file && document.activeElement === current) {
      current?.querySelector<HTMLElement>('[tabindex]')?.focus()
    }
  }, [file])
  if (!file) return <div className={styles.row} ref={place} aria-busy tabIndex={tabIndex} />
  const why = file.reason && words.reasons[file.reason]
  return (
    <div className={styles.row} ref={place} {...(isHere ? dragOut : {})}>
      <FilePath path={file.path} />
      <span className={styles.state} data-state={file.state} title={why ?? undefined}>
        {joined(words.states[file.state], why)}
      </span>
      <span className={styles.size}>{bytesWords(file.bytes)}</span>
      {isHere ? (
        <Show transfer={transfer} path={file.path} title={file.path} tabIndex={tabIndex} />
      ) : null}
      {file.blake3 === null ? (
        <span className={styles.nothing} tabIndex={tabIndex} role="note">
          <span className="visually-hidden">{words.states[file.state]}</span>
        </span>
      ) : (
        <LinkButton
          tabIndex={tabIndex}
          aria-label={words.receiptOf(file.path)}
          onClick={() => onReceipt(file)}
        >
          {words.receipt}
        </LinkButton>
      )}
    </div>
  )
}

interface ReceiptProps {
  readonly file: TransferFile
  readonly onClose: () => void
}

function Receipt({ file: { path, blake3 }, onClose }: ReceiptProps) {
  const words = text.transfers.detail
  const box = useRef<HTMLElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <section className={styles.receipt} aria-label={words.receiptOf(path)} ref={box} tabIndex={-1}>
      <p className={styles.receiptTitle}>{words.receiptOf(path)}</p>
      <p className={styles.help}>{words.receiptHelp}</p>
      <code className={styles.hash}>{blake3?.match(/.{1,8}/g)?.join(' ')}</code>
      <div className={styles.actions}>
        <CopyButton words={words.copy} content={() => blake3 ?? ''} />
        <Button onClick={onClose}>{words.hideReceipt}</Button>
      </div>
    </section>
  )
}
