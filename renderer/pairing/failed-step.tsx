import { TriangleAlert } from 'lucide-react'
import type { FaultCode, FaultRecord } from '#shared/faults.ts'
import type { PairTab } from '../route.ts'
import { text } from '../text/text.ts'
import { Arrival } from '../ui/arrival.tsx'
import { Button } from '../ui/button.tsx'
import { waysOn, type WayOn } from './failures.ts'
import { PairCard, StepFoot, StepHead } from './pair-card.tsx'
import type { Typed } from './typed.ts'
import styles from './progress-step.module.css'

interface FailedStepProps {
  readonly fault: FaultRecord
  readonly typed: Typed
  readonly tab: PairTab
  readonly busy: boolean
  /** Why the way on could not be taken. */
  readonly says: string | null
  readonly onWay: (way: WayOn) => void
}

/** What happened, what to do, and the button that does it; the likeliest help last and in colour. */
export function FailedStep({ fault, typed, tab, busy, says, onWay }: FailedStepProps) {
  const { title, titles: known } = text.pairing.failed
  const titles: Partial<Record<FaultCode, string>> = known
  const ways = waysOn(fault.code, tab, typed.way)
  return (
    <PairCard>
      <div className={styles.outcome}>
        <span className={styles.alarm} aria-hidden>
          <TriangleAlert size={24} />
        </span>
        <StepHead title={<Arrival>{titles[fault.code] ?? title}</Arrival>}>
          {text.fault(fault)}
        </StepHead>
      </div>
      <StepFoot>
        {ways.toReversed().map((way) => (
          <Button
            key={way}
            look={way === ways[0] ? 'signal' : 'plain'}
            aria-busy={busy}
            onClick={() => onWay(way)}
          >
            {labelOf(way, typed)}
          </Button>
        ))}
        <p className={styles.problem} role="alert">
          {says}
        </p>
      </StepFoot>
    </PairCard>
  )
}

function labelOf(way: WayOn, typed: Typed): string {
  const words = text.pairing.failed
  const hasWords = typed.way === 'words'
  const labels = {
    show: words.showNew,
    same: hasWords ? words.sameWords : words.tryAgain,
    check: hasWords ? words.checkWords : words.tryOther,
    address: words.withAddress,
    new: words.typeNew,
  } satisfies Record<WayOn, string>
  return labels[way]
}
