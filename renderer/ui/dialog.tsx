import { useEffect, useRef, type ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './dialog.module.css'

interface DialogProps {
  readonly labelledBy: string
  readonly wide?: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

/** Over everything, with the focus kept inside and Escape to leave: the browser's own. */
export function Dialog({ labelledBy, wide = false, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={classes(styles.dialog, wide && styles.wide)}
      aria-labelledby={labelledBy}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      {children}
    </dialog>
  )
}

interface TitleProps {
  readonly id: string
  /** Who it is about. */
  readonly tile?: ReactNode
  readonly title: ReactNode
  readonly children?: ReactNode
}

export function DialogTitle({ id, tile, title, children }: TitleProps) {
  const words = (
    <div>
      <h2 id={id} className={styles.title}>
        {title}
      </h2>
      {children}
    </div>
  )
  if (!tile) return words
  return (
    <div className={styles.who}>
      {tile}
      {words}
    </div>
  )
}

interface FootProps {
  /** What went wrong with what was asked. */
  readonly says?: string | null
  readonly aside?: ReactNode
  readonly children: ReactNode
}

export function DialogFoot({ says = null, aside, children }: FootProps) {
  return (
    <>
      <p className={styles.problem} role="alert">
        {says}
      </p>
      <div className={styles.actions}>
        {aside === undefined ? null : <p className={styles.aside}>{aside}</p>}
        {children}
      </div>
    </>
  )
}
