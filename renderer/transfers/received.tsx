import type { DragEvent } from 'react'
import type { Transfer } from '#shared/transfers.ts'
import { useApp, useContract } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { Button, LinkButton } from '../ui/button.tsx'
import styles from './transfer-row.module.css'

/** Whether the app can show it where it lies; a page in a browser cannot. */
export function useReceived({ direction, doneFiles }: Transfer): boolean {
  return useApp() !== null && direction === 'receive' && doneFiles > 0
}

interface DragOut {
  readonly draggable?: true
  readonly onDragStart?: (event: DragEvent) => void
}

/** Makes an element the handle by which what arrived is dragged out of the window. */
export function useDragOut(transfer: Transfer, path: string | null): DragOut {
  const { link } = useContract()
  const isHere = useReceived(transfer)
  if (!isHere) return {}
  return {
    draggable: true,
    onDragStart(event) {
      // The system drags the files themselves; the page would only drag a picture of its row.
      event.preventDefault()
      void link.call('desktop.drag', { transfer: transfer.id, path }).catch(() => {})
    },
  }
}

interface ShowProps {
  readonly transfer: Transfer
  readonly path: string | null
  readonly title: string
  readonly tabIndex?: 0 | -1 | undefined
}

export function Show({ transfer, path, title, tabIndex }: ShowProps) {
  const { link } = useContract()
  const showing = useAction()
  const words = text.transfers.received
  const verb = path === null ? words.show : words.file
  const Look = path === null ? Button : LinkButton
  return (
    <>
      <span className={styles.problem} role="alert">
        {showing.says}
      </span>
      <Look
        aria-label={text.transfers.actions.of(words.show, title)}
        aria-busy={showing.busy}
        tabIndex={tabIndex}
        onClick={() =>
          void showing.run(() => link.call('desktop.show', { transfer: transfer.id, path }))
        }
      >
        {verb}
      </Look>
    </>
  )
}
