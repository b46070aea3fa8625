import { classes } from '../ui/classes.ts'
import styles from './bar.module.css'

interface BarProps {
  readonly label: string
  /** From 0 to 1; null where nobody knows yet. */
  readonly part: number | null
  readonly tone: 'signal' | 'waiting' | 'quiet' | 'bad'
}

export function Bar({ label, part, tone }: BarProps) {
  return (
    <progress
      className={classes(styles.bar, styles[tone])}
      aria-label={label}
      max={1}
      value={part ?? 0}
    />
  )
}
