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
