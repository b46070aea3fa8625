import { useContract } from '../bridge/context.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { doLater } from '../ui/undo.ts'

export const wholeHistory = 'history'

/** Nothing could bring the receipts back, so they go only after there was time to undo it. */
export function ClearHistory() {
  const { link } = useContract()
  const clear = () =>
    doLater({
      key: wholeHistory,
      says: () => text.transfers.history.cleared,
      act: () => link.call('history.clear', {}),
    })
  return <Button onClick={clear}>{text.transfers.history.clear}</Button>
}
