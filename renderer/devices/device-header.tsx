import { useEffect, useRef, type ReactNode } from 'react'
import { useNarrow } from '../ui/media.ts'
import { BackLink } from './back-link.tsx'
import styles from './device-header.module.css'

interface DeviceHeaderProps {
  readonly title: ReactNode
  readonly badge: ReactNode
  readonly facts: readonly string[]
  /** What one can do with it. */
  readonly end?: ReactNode
}

/** Who it is. On a narrow window also the way back, and where the focus arrives. */
export function DeviceHeader({ title, badge, facts, end }: DeviceHeaderProps) {
  const narrow = useNarrow()
  const header = useRef<HTMLElement>(null)
  useEffect(() => {
    if (narrow) header.current?.focus()
  }, [narrow])
  return (
    <header className={styles.header} ref={header} tabIndex={-1}>
      <BackLink />
      <div className={styles.row}>
        <div className={styles.words}>
          <div className={styles.top}>
            {title}
            {badge}
          </div>
          <ul className={styles.facts}>
            {facts.map((fact) => (
              <li key={fact}>{fact}</li>
            ))}
          </ul>
        </div>
        {end}
      </div>
    </header>
  )
}
