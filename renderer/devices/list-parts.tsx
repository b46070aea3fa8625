import type { ReactNode } from 'react'
import { formats } from '../text/text.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import styles from './device-list.module.css'

interface GroupProps {
  readonly title: string
  readonly count?: number
  readonly children: ReactNode
}

export function Group({ title, count = 0, children }: GroupProps) {
  return (
    <section className={styles.group}>
      <h2 className={styles.title}>
        {title}
        {count > 1 ? <span className={styles.count}>{formats.count.format(count)}</span> : null}
      </h2>
      <div className={styles.slot}>{children}</div>
    </section>
  )
}

export function Empty({ title, help }: { readonly title: string; readonly help: string }) {
  return (
    <div className={styles.empty}>
      <p className={styles.emptyTitle}>{title}</p>
      <p>{help}</p>
    </div>
  )
}

export function RowSkeleton() {
  return (
    <div className={styles.skeleton} aria-hidden>
      <Skeleton shape="tile" />
      <div className={styles.lines}>
        <Skeleton shape="line" />
        <Skeleton shape="line" />
      </div>
    </div>
  )
}
