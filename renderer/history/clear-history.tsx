import { useId, useState } from 'react'
import { useContract } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { say } from '../ui/say.ts'
import styles from './history-page.module.css'

/** Nothing could bring the receipts back, so it is asked first rather than undone later. */
export function ClearHistory({ onCleared }: { readonly onCleared: () => void }) {
  const { link } = useContract()
  const clearing = useAction()
  const [asking, setAsking] = useState(false)
  const id = useId()
  const words = text.transfers.history
  const clear = async () => {
    if (!(await clearing.run(() => link.call('history.clear', {})))) return
    setAsking(false)
    say(words.cleared)
    onCleared()
  }
  return (
    <>
      <Button onClick={() => setAsking(true)}>{words.clear}</Button>
      {asking ? (
        <Dialog labelledBy={id} onClose={() => setAsking(false)}>
          <h2 id={id} className={styles.title}>
            {words.clearAsk}
          </h2>
          <p className={styles.help}>{words.clearHelp}</p>
          <p className={styles.problem} role="alert">
            {clearing.says}
          </p>
          <div className={styles.actions}>
            <Button onClick={() => setAsking(false)}>{words.keep}</Button>
            <Button look="danger" aria-busy={clearing.busy} onClick={() => void clear()}>
              {words.clear}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  )
}
