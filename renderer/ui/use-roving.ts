import { useEffect, useState, type RefObject } from 'react'
import { flushSync } from 'react-dom'

const pageRows = 8

/**
 * One stop for Tab in a list of any length: arrows, Home, End and Page keys move inside. Answers
 * with the index Tab arrives at, which must be rendered and carry tabindex 0.
 */
export function useRoving(
  list: RefObject<HTMLElement | null>,
  length: number,
  current: number,
): number {
  const [focused, setFocused] = useState<number | null>(null)
  const stop = Math.min(focused ?? Math.max(current, 0), length - 1)

  useEffect(() => {
    const rows = list.current
    if (!rows) return undefined
    const onKeyDown = (event: KeyboardEvent) => {
      const next = target(event.key, stop, length - 1)
      if (next === null || event.altKey || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      // The row may not exist yet: only when it does can it take the focus.
      flushSync(() => setFocused(next))
      rows.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
    }
    const onFocusIn = (event: FocusEvent) => {
      const row = event.target instanceof Element ? event.target.closest('[aria-posinset]') : null
      if (row) setFocused(Number(row.getAttribute('aria-posinset')) - 1)
    }
    const onFocusOut = (event: FocusEvent) => {
      if (!(event.relatedTarget instanceof Node && rows.contains(event.relatedTarget))) {
        setFocused(null)
      }
    }
    rows.addEventListener('keydown', onKeyDown)
    rows.addEventListener('focusin', onFocusIn)
    rows.addEventListener('focusout', onFocusOut)
    return () => {
      rows.removeEventListener('keydown', onKeyDown)
      rows.removeEventListener('focusin', onFocusIn)
      rows.removeEventListener('focusout', onFocusOut)
    }
  }, [list, length, stop])

  return stop
}

function target(key: string, from: number, last: number): number | null {
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + pageRows,
    PageUp: from - pageRows,
    Home: 0,
    End: last,
  }
  const next = targets[key]
  return next === undefined ? null : Math.min(last, Math.max(0, next))
}
