import { useRef, type KeyboardEvent } from 'react'
import { flushSync } from 'react-dom'
import { text } from '../text/text.ts'
import styles from './cells.module.css'
import {
  finished,
  ghostOf,
  isMany,
  isWrong,
  lettersOf,
  places,
  phraseOf,
  withPasted,
  type Fields,
} from './phrase.ts'
import { WordField } from './word-field.tsx'

interface WordFieldsProps {
  readonly fields: Fields
  readonly current: number | null
  readonly describedBy: string
  readonly onChange: (fields: Fields) => void
  readonly onCurrent: (place: number | null) => void
  /** Enter at the end of five words. */
  readonly onReady: () => void
}

/** Five fields that feel like one: space and enter go on, backspace and arrows go back. */
export function WordFields(props: WordFieldsProps) {
  const { fields, current, onChange } = props
  const inputs = useRef<(HTMLInputElement | null)[]>([])

  const focus = (place: number, caret: 'start' | 'end' = 'end') => {
    const input = inputs.current[place]
    if (!input) return
    input.focus()
    const at = caret === 'end' ? input.value.length : 0
    input.setSelectionRange(at, at)
  }
  const put = (place: number, word: string): Fields => {
    const next = fields.with(place, word)
    // At once: leaving a field finishes what stands in it, which must be what was just put there.
    if (word !== fields[place]) flushSync(() => onChange(next))
    return next
  }

  const change = (place: number, value: string) => {
    if (!isMany(value)) {
      const isDone = /^\p{L}+[\s\-.,;]$/u.test(value)
      put(place, isDone ? finished(lettersOf(value)) : lettersOf(value))
      if (isDone) focus(place + 1)
      return
    }
    const next = withPasted(fields, place, value)
    if (!next) return
    flushSync(() => onChange(next))
    const gap = next.findIndex((word) => word === '')
    focus(gap === -1 ? next.length - 1 : gap)
  }
  const goOn = (place: number) => {
    const next = put(place, finishedWithGhost(fields[place] ?? ''))
    if (place < fields.length - 1) focus(place + 1)
    return next
  }
  const onKeyDown = (place: number) => (event: KeyboardEvent<HTMLInputElement>) => {
    const { selectionStart, selectionEnd, value } = event.currentTarget
    if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return
    const atStart = selectionStart === 0 && selectionEnd === 0
    const atEnd = selectionStart === value.length && selectionEnd === value.length
    if (event.key === ' ') {
      event.preventDefault()
      if (value !== '') goOn(place)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (value === '') return
      const next = goOn(place)
      if (phraseOf(next)) props.onReady()
    } else if (event.key === 'Tab' && !event.shiftKey && ghostOf(value) !== '') {
      put(place, finishedWithGhost(value))
    } else if (event.key === 'Backspace' && atStart && atEnd && place > 0) {
      event.preventDefault()
      focus(place - 1)
    } else if (event.key === 'ArrowLeft' && atStart && place > 0) {
      event.preventDefault()
      focus(place - 1)
    } else if (event.key === 'ArrowRight' && atEnd) {
      event.preventDefault()
      if (ghostOf(value) === '') focus(place + 1, 'start')
      else put(place, finishedWithGhost(value))
    }
  }
  return (
    <fieldset className={styles.cells} aria-label={text.pairing.type.fields}>
      {places.map((place) => {
        const typed = fields[place] ?? ''
        return (
          <WordField
            key={place}
            ref={(input) => {
              inputs.current[place] = input
            }}
            place={place + 1}
            typed={typed}
            ghost={place === current ? ghostOf(typed) : ''}
            wrong={isWrong(typed, place === current)}
            describedBy={props.describedBy}
            onChange={(value) => change(place, value)}
            onKeyDown={onKeyDown(place)}
            onFocus={() => props.onCurrent(place)}
            onBlur={() => {
              props.onCurrent(null)
              if (finished(typed) !== typed) onChange(fields.with(place, finished(typed)))
            }}
          />
        )
      })}
    </fieldset>
  )
}

/** What is on the screen in grey is what one gets. */
function finishedWithGhost(typed: string): string {
  return typed + ghostOf(typed)
}
