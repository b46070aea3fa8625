import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { Fault } from '#shared/faults.ts'
import { text } from '../text/text.ts'

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

  async function fetchPage(page: number): Promise<void> {
    if (asked.current.has(page)) return
    asked.current.add(page)
    try {
      const { total, rows } = await load(page * size, size)
      // A page that is not full yet may be asked for again.
      if (rows.length < size) asked.current.delete(page)
      setKnown(({ pages }) => ({ total, pages: new Map(pages).set(page, rows), fault: null }))
    } catch (error) {
      asked.current.delete(page)
      setKnown((before) => ({ ...before, fault: Fault.of(error) }))
    }
  }

  const first = useEffectEvent(() => void fetchPage(0))
  useEffect(() => {
    const timer = setTimeout(() => first())
    return () => clearTimeout(timer)
  }, [])

  return {
    total: known.total,
    says: known.fault && text.fault(known.fault),
    rowAt: (index: number) => known.pages.get(Math.floor(index / size))?.[index % size],
    /** Somebody looks at this row. */
    need: (index: number) => {
      if (!known.pages.has(Math.floor(index / size))) void fetchPage(Math.floor(index / size))
    },
    /** The list has grown: what was its end is fetched again. */
    grow: () => void fetchPage(known.total === null ? 0 : Math.floor(known.total / size)),
  }
}
