import type { ReactNode } from 'react'
import { Mark } from './mark.tsx'
import styles from './page.module.css'

interface PageProps {
  readonly title: string
  readonly children: ReactNode
}

/** A calm full page for the moments when there is nothing else to show. */
export function Page({ title, children }: PageProps) {
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Mark />
        <h1 className={styles.title}>{title}</h1>
        {children}
      </div>
    </main>
  )
}
