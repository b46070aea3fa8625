import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './badge.module.css'

export type Tone = 'good' | 'info' | 'waiting' | 'quiet' | 'bad'

interface BadgeProps {
  readonly tone: Tone
  readonly children: ReactNode
}

export function Badge({ tone, children }: BadgeProps) {
  return <span className={classes(styles.badge, styles[tone])}>{children}</span>
}
