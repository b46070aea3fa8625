import { useRef, type ReactNode, type RefObject } from 'react'
import { useRoving } from './use-roving.ts'
import { useWindow, type Range } from './use-window.ts'
import styles from './virtual-list.module.css'

interface VirtualListProps<Row> {
  readonly label: string
  readonly rows: readonly Row[]
  readonly rowHeight: number
  /** What scrolls; the list may be one of several things in it. */
  readonly scroller: RefObject<HTMLElement | null>
  /** The row Tab arrives at first, or -1. */
  readonly current: number
  readonly keyOf: (row: Row) => string
  readonly render: (row: Row, tabIndex: 0 | -1) => ReactNode
}

/** A list of any length, of which only what can be seen exists. All rows have one height. */
export function VirtualList<Row>(props: VirtualListProps<Row>) {
  const { rows, rowHeight } = props
  const list = useRef<HTMLUListElement>(null)
  const range = useWindow(list, props.scroller, rowHeight)
  const stop = useRoving(list, rows.length, props.current)
  return (
    <ul
      ref={list}
      className={styles.list}
      style={{ height: rows.length * rowHeight }}
      aria-label={props.label}
    >
      {shown(range, stop, rows.length).map((index) => {
        const row = rows[index]
        return row === undefined ? null : (
          <li
            key={props.keyOf(row)}
            className={styles.row}
            style={{ height: rowHeight, transform: `translateY(${index * rowHeight}px)` }}
            aria-setsize={rows.length}
            aria-posinset={index + 1}
          >
            {props.render(row, index === stop ? 0 : -1)}
          </li>
        )
      })}
    </ul>
  )
}

/** What is in view, and the row Tab arrives at wherever it is. */
function shown(range: Range, stop: number, length: number): number[] {
  const first = Math.max(0, range.first)
  const last = Math.min(length - 1, range.last)
  const indexes = stop < first ? [stop] : []
  for (let index = first; index <= last; index++) indexes.push(index)
  if (stop > last) indexes.push(stop)
  return indexes
}
