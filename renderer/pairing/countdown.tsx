import { text } from '../text/text.ts'
import { countdownWords } from '../text/times.ts'
import { useSecondsLeft } from '../ui/seconds.ts'
import styles from './show-words.module.css'

const lifeSeconds = 300
const radius = 14

interface CountdownProps {
  readonly until: number
  readonly says: string
}

/** A ring that empties and the time in figures. Read out once, a minute before the end. */
export function Countdown({ until, says }: CountdownProps) {
  const seconds = useSecondsLeft(until)
  const length = 2 * Math.PI * radius
  const gone = 1 - Math.min(1, seconds / lifeSeconds)
  return (
    <div className={styles.countdown}>
      <svg className={styles.ring} width="34" height="34" viewBox="0 0 34 34" aria-hidden>
        <circle cx="17" cy="17" r={radius} />
        <circle
          className={styles.arc}
          cx="17"
          cy="17"
          r={radius}
          strokeDasharray={length}
          strokeDashoffset={length * gone}
        />
      </svg>
      <span>
        <span role="timer">
          <span className={styles.left}>{countdownWords(seconds)}</span> {text.pairing.show.left}
        </span>
        {text.separator}
        {says}
      </span>
      <output className="visually-hidden">
        {seconds > 0 && seconds <= 60 ? text.pairing.show.lastMinute : ''}
      </output>
    </div>
  )
}
