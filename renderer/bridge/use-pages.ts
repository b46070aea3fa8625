import { useRef, useState } from 'react'
import { Fault } from '#shared/faults.ts'
import { text } from '../text/text.ts'
import { useWheneverLive } from './context.ts'

export interface Page<Row> {
  readonly total: number
  readonly rows: readonly Row[]
}

interface Known<Row> {
  /** Null until the first page has come. */
  readonly total: number | null
  readonly pages: ReadonlyMap<number, readonly Row[]>
  readonly fault: Fault | null
}

/**
 * A long list that is fetched a page at a time, as far as it is looked at. Rows are only ever added
 * at the end; to begin anew, give the component another key.
 */
export function usePages<Row>(
  size: number,
  load: (offset: number, limit: number) => Promise<Page<Row>>,
) {
  const [known, setKnown] = useState<Known<Row>>({ total: null, pages: new Map(), fault: null })
  const asked = useRef(new Set<number>())
  /** Those that somebody looks at and that have not come yet. */
  const wanted = useRef(new Set([0]))

  async function fetchPage(page: number): Promise<void> {
    if (asked.current.has(page)) return
    asked.current.add(page)
    try {
      const { total, rows } = await load(page * size, size)
      // A page that is not full yet may be asked for again.
      if (rows.length < size) asked.current.delete(page)
      wanted.current.delete(page)
      setKnown(({ pages }) => ({ total, pages: new Map(pages).set(page, rows), fault: null }))
    } catch (error) {
      asked.current.delete(page)
      setKnown((before) => ({ ...before, fault: Fault.of(error) }))
    }
  }

  const want = (page: number) => {
    wanted.current.add(page)
    void fetchPage(page)
  }
  const fetchWanted = () => {
    for (const page of wanted.current) void fetchPage(page)
  }
  useWheneverLive(fetchWanted)

  return {
    total: known.total,
    says: known.fault && text.fault(known.fault),
    rowAt: (index: number) => known.pages.get(Math.floor(index / size))?.[index % size],
    /** Somebody looks at this row. */
    need: (index: number) => {
      const page = Math.floor(index / size)
      if (!known.pages.has(page)) want(page)
    },
    /** What could not be fetched is asked for once more. */
    retry: fetchWanted,
    /** The list has grown: what was its end is fetched again. */
    grow: () => want(Math.floor((known.total ?? 0) / size)),
  }
}
