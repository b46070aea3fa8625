import { ChevronLeft } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { homeHref } from '../route.ts'
import { text } from '../text/en.ts'
import { useNarrow } from '../ui/media.ts'
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
      {narrow ? (
        <a className={styles.back} href={homeHref}>
          <ChevronLeft size={18} aria-hidden />
          {text.devices}
        </a>
      ) : null}
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
