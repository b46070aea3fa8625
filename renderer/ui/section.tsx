import { useId, type ReactNode } from 'react'
import styles from './section.module.css'

interface SectionProps {
  readonly title: string
  /** Said beside the title, quietly. */
  readonly aside?: string
  readonly children: ReactNode
}

export function Section({ title, aside, children }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={styles.section}>
      <div className={styles.titles}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        {aside === undefined ? null : <span className={styles.aside}>{aside}</span>}
      </div>
      <div className={styles.card}>{children}</div>
    </section>
  )
}

interface LineProps {
  readonly icon: ReactNode
  readonly title: ReactNode
  readonly detail?: ReactNode
  readonly end?: ReactNode
}

/** One line of a card: what it is, what is to be said of it, and what one can do. */
export function Line({ icon, title, detail, end }: LineProps) {
  return (
    <div className={styles.line}>
      <span className={styles.icon} aria-hidden>
        {icon}
      </span>
      <div className={styles.words}>
        <div className={styles.head}>{title}</div>
        {detail ? <div className={styles.detail}>{detail}</div> : null}
      </div>
      {end}
    </div>
  )
}
