import type { ReactNode } from 'react'
import type { DeviceKind } from '#shared/model.ts'
import { classes } from '../ui/classes.ts'
import { KindIcon } from './kind-icon.tsx'
import styles from './device-row.module.css'

type Presence = 'here' | 'near' | 'coming' | 'away'

interface DeviceRowProps {
  readonly href: string
  readonly name: ReactNode
  readonly detail: ReactNode
  readonly kind: DeviceKind | null
  readonly presence: Presence
  readonly current: boolean
  readonly tabIndex?: 0 | -1
  readonly end?: ReactNode
}

/** A device in the list. Its height is fixed: lists of thousands count on it (rowHeight). */
export const rowHeight = 62

export function DeviceRow(props: DeviceRowProps) {
  return (
    <a
      href={props.href}
      className={styles.row}
      aria-current={props.current ? 'page' : undefined}
      tabIndex={props.tabIndex}
    >
      <DeviceTile kind={props.kind} presence={props.presence} />
      <span className={styles.words}>
        <span className={styles.name}>{props.name}</span>
        <span className={styles.detail}>{props.detail}</span>
      </span>
      {props.end}
    </a>
  )
}

interface DeviceTileProps {
  readonly kind: DeviceKind | null
  readonly presence: Presence
}

function DeviceTile({ kind, presence }: DeviceTileProps) {
  return (
    <span className={styles.tile} aria-hidden>
      <KindIcon kind={kind} />
      <span className={classes(styles.dot, styles[presence])} />
    </span>
  )
}
