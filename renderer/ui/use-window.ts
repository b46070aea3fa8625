import { useLayoutEffect, useState, type RefObject } from 'react'

export interface Range {
  readonly first: number
  readonly last: number
}

const spare = 6

/** Which rows of a list can be seen in the view it scrolls in, and a few around them. */
export function useWindow(
  list: RefObject<HTMLElement | null>,
  scroller: RefObject<HTMLElement | null>,
  rowHeight: number,
): Range {
  const [range, setRange] = useState<Range>({ first: 0, last: 24 })

  useLayoutEffect(() => {
    const view = scroller.current
    const rows = list.current
    if (!view || !rows) return undefined
    const measure = () => {
      const hidden = view.getBoundingClientRect().top - rows.getBoundingClientRect().top
      const first = Math.floor(hidden / rowHeight) - spare
      const last = Math.ceil((hidden + view.clientHeight) / rowHeight) + spare
      setRange((known) => (known.first === first && known.last === last ? known : { first, last }))
    }
    measure()
    const sizes = new ResizeObserver(measure)
    sizes.observe(view)
    sizes.observe(rows)
    view.addEventListener('scroll', measure, { passive: true })
    return () => {
      sizes.disconnect()
      view.removeEventListener('scroll', measure)
    }
  }, [list, scroller, rowHeight])

  return range
}
