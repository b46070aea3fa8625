import { classes } from '../ui/classes.ts'
import styles from './bar.module.css'

interface BarProps {
  readonly label: string
  /** From 0 to 1; null where nobody knows yet. */
  readonly part: number | null
  readonly tone: 'signal' | 'waiting' | 'quiet' | 'bad'
}

export function Bar({ label, part, tone }: BarProps) {
  const percent = part === null ? undefined : Math.floor(part * 100)
  return (
    <div
      className={classes(styles.bar, styles[tone])}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span className={styles.part} style={{ transform: `scaleX(${part ?? 0})` }} />
    </div>
  )
}
