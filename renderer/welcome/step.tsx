import type { ReactNode } from 'react'
import type { Settings } from '#shared/model.ts'
import { text } from '../text/text.ts'
import { Arrival } from '../ui/arrival.tsx'
import { Button } from '../ui/button.tsx'
import styles from './welcome.module.css'

export interface StepProps {
  readonly settings: Settings
  readonly onNext: () => void
  readonly onBack: () => void
}

interface HeadProps {
  readonly title: string
  readonly help: string
}

export function Head({ title, help }: HeadProps) {
  return (
    <div className={styles.head}>
      <Arrival className={styles.title}>{title}</Arrival>
      <p className={styles.help}>{help}</p>
    </div>
  )
}

interface FootProps {
  /** The first step has nothing before it. */
  readonly onBack: (() => void) | null
  readonly children: ReactNode
}

export function Foot({ onBack, children }: FootProps) {
  return (
    <div className={styles.foot}>
      {onBack ? (
        <Button look="quiet" onClick={onBack}>
          {text.welcome.back}
        </Button>
      ) : null}
      <span className={styles.forward}>{children}</span>
    </div>
  )
}
