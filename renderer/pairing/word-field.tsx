import type { KeyboardEvent, Ref } from 'react'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import styles from './cells.module.css'

interface WordFieldProps {
  readonly ref: Ref<HTMLInputElement>
  readonly place: number
  readonly typed: string
  readonly ghost: string
  readonly wrong: boolean
  readonly describedBy: string
  readonly onChange: (text: string) => void
  readonly onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void
  readonly onFocus: () => void
  readonly onBlur: () => void
}

/** One of the five words, with the rest of it in grey as soon as it can be told. */
export function WordField({ ref, place, typed, ghost, wrong, ...props }: WordFieldProps) {
  return (
    <label className={classes(styles.cell, styles.typing)} data-wrong={wrong}>
      <span className={styles.place} aria-hidden>
        {place}
      </span>
      <span className={styles.word}>
        <span className={styles.typed} aria-hidden>
          {typed}
        </span>
        <span className={styles.ghost} aria-hidden>
          {ghost}
        </span>
        <input
          ref={ref}
          className={styles.input}
          value={typed}
          aria-label={text.pairing.type.field(place)}
          aria-invalid={wrong}
          aria-describedby={wrong ? props.describedBy : undefined}
          aria-autocomplete="inline"
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          maxLength={500}
          onChange={(event) => props.onChange(event.target.value)}
          onKeyDown={props.onKeyDown}
          onFocus={props.onFocus}
          onBlur={props.onBlur}
        />
      </span>
    </label>
  )
}
