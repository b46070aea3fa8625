import { useEffect, useId, useRef, useState } from 'react'
import { useContract, usePairing } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { go, pairHrefs, useRoute } from '../route.ts'
import { KindTile } from '../devices/kind-icon.tsx'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogFoot, DialogTitle } from '../ui/dialog.tsx'
import { useSecondsLeft } from '../ui/seconds.ts'
import type { Asking } from './ask-step.tsx'
import styles from './request-dialog.module.css'

/** Who asks while the person is elsewhere: there is a minute to answer, so it cannot be missed. */
export function RequestDialog() {
  const { value } = usePairing()
  const route = useRoute()
  const [later, setLater] = useState<string | null>(null)
  const isNew = value?.state === 'asking' && value.prompt !== later && route.page !== 'pair'
  return isNew ? (
    <Request key={value.prompt} asking={value} onLater={() => setLater(value.prompt)} />
  ) : null
}

interface RequestProps {
  readonly asking: Asking
  readonly onLater: () => void
}

function Request({ asking, onLater }: RequestProps) {
  const { link } = useContract()
  const id = useId()
  const declining = useAction()
  const seconds = useSecondsLeft(asking.expiresAt)
  const see = useRef<HTMLButtonElement>(null)
  const { device, prompt } = asking
  const words = text.pairing.ask

  useEffect(() => {
    const before = document.title
    document.title = words.windowTitle(device.name)
    return () => {
      document.title = before
    }
  }, [device.name, words])

  // After the dialog has opened and given the focus to what comes first in it.
  useEffect(() => see.current?.focus(), [])

  const decline = () => link.call('pairing.answer', { prompt, accept: false })
  return (
    <Dialog labelledBy={id} onClose={onLater}>
      <DialogTitle id={id} tile={<KindTile kind={device.kind} />} title={words.title(device.name)}>
        <p className={styles.left} role="timer">
          {words.left(seconds)}
        </p>
      </DialogTitle>
      <DialogFoot says={declining.says}>
        <Button onClick={onLater}>{words.later}</Button>
        <Button onClick={() => void declining.run(decline)}>{words.decline}</Button>
        <Button ref={see} look="signal" onClick={() => go(pairHrefs.show)}>
          {words.see}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
