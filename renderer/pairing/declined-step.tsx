import { X } from 'lucide-react'
import { text } from '../text/text.ts'
import { Arrival } from '../ui/arrival.tsx'
import { Button } from '../ui/button.tsx'
import { PairCard, StepFoot, StepHead } from './pair-card.tsx'
import styles from './progress-step.module.css'

interface DeclinedStepProps {
  readonly busy: boolean
  readonly onShow: () => void
  readonly onType: () => void
}

/** The person here said no; the words are gone, and new ones only come when they are wanted. */
export function DeclinedStep({ busy, onShow, onType }: DeclinedStepProps) {
  const { title, help } = text.pairing.declined
  return (
    <PairCard>
      <div className={styles.outcome}>
        <span className={styles.alarm} aria-hidden>
          <X size={24} />
        </span>
        <StepHead title={<Arrival>{title}</Arrival>}>{help}</StepHead>
      </div>
      <StepFoot>
        <Button onClick={onType}>{text.pairing.tabs.type}</Button>
        <Button look="signal" aria-busy={busy} onClick={onShow}>
          {text.pairing.failed.showNew}
        </Button>
      </StepFoot>
    </PairCard>
  )
}
