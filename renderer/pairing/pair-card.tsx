import type { ReactNode } from 'react'
import styles from './pair-card.module.css'

/** Where every step of a pairing stands. */
export function PairCard({ children }: { readonly children: ReactNode }) {
  return <section className={styles.card}>{children}</section>
}

interface HeadProps {
  readonly title: ReactNode
  readonly children?: ReactNode
}

/** What this step is and, below it, the one sentence one needs. */
export function StepHead({ title, children }: HeadProps) {
  return (
    <div className={styles.head}>
      {title}
      <p className={styles.help}>{children}</p>
    </div>
  )
}

export function StepFoot({ children }: { readonly children: ReactNode }) {
  return <div className={styles.foot}>{children}</div>
}
