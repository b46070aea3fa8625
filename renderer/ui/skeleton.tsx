import { classes } from './classes.ts'
import styles from './skeleton.module.css'

interface SkeletonProps {
  readonly shape: 'title' | 'line' | 'tile' | 'card' | 'hero'
}

/** Holds the place of what is coming, in its size, so that nothing moves when it comes. */
export function Skeleton({ shape }: SkeletonProps) {
  return <span className={classes(styles.skeleton, styles[shape])} />
}
