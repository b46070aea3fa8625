import { Check } from 'lucide-react'
import { useState, type SubmitEvent } from 'react'
import type { Candidate } from '#shared/devices.ts'
import { useContract, usePairedDevices } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { deviceHref, go } from '../route.ts'
import { text } from '../text/text.ts'
import { Arrival } from '../ui/arrival.tsx'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { PairCard, StepFoot, StepHead } from './pair-card.tsx'
import styles from './progress-step.module.css'

interface PairedStepProps {
  readonly device: Candidate
  readonly onAnother: () => void
}

/** It worked. What one calls it is asked now, while one knows which device it is. */
export function PairedStep({ device, onAnother }: PairedStepProps) {
  const { link } = useContract()
  const known = usePairedDevices().value?.get(device.id)
  const current = known?.name ?? device.name
  const [typed, setTyped] = useState<string | null>(null)
  const [empty, setEmpty] = useState(false)
  const saving = useAction()
  const words = text.pairing.paired

  const done = async (event: SubmitEvent) => {
    event.preventDefault()
    const name = (typed ?? current).trim()
    setEmpty(name === '')
    if (name === '') return
    const change = () => link.call('device.change', { id: device.id, name })
    if (name === current || (await saving.run(change))) go(deviceHref(device.id))
  }
  return (
    <PairCard>
      <div className={styles.outcome}>
        <span className={styles.tick} aria-hidden>
          <Check size={26} />
        </span>
        <StepHead title={<Arrival>{words.title(current)}</Arrival>}>{words.help}</StepHead>
      </div>
      <form className={styles.form} onSubmit={(event) => void done(event)}>
        <TextField
          label={words.callIt}
          value={typed ?? current}
          maxLength={64}
          dir="auto"
          problem={empty ? words.empty : saving.says}
          onChange={(event) => setTyped(event.target.value)}
        />
        <StepFoot>
          <Button onClick={onAnother}>{words.another}</Button>
          <Button look="signal" type="submit" aria-busy={saving.busy}>
            {words.done}
          </Button>
        </StepFoot>
      </form>
    </PairCard>
  )
}
