import type { ReactNode } from 'react'
import { Scene } from './scene.tsx'
import styles from './hero.module.css'

interface HeroProps {
  readonly scene: 'waiting' | 'found'
  readonly title: string
  readonly help: string
  /** What one can do about it. */
  readonly children?: ReactNode
}

/** What this moment means, with a picture; later the place where files are dropped. */
export function Hero({ scene, title, help, children }: HeroProps) {
  return (
    <section className={styles.hero}>
      <div className={styles.words}>
        <h2 className={styles.title}>{title}</h2>
        <p className={styles.help}>{help}</p>
        {children ? <div className={styles.action}>{children}</div> : null}
      </div>
      <Scene found={scene === 'found'} />
    </section>
  )
}
