import type { PairingState } from '#shared/devices.ts'
import { useThisDevice } from '../bridge/context.ts'
import { Scene } from '../devices/scene.tsx'
import { text } from '../text/text.ts'
import { Arrival } from '../ui/arrival.tsx'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import cells from './cells.module.css'
import { Fingerprints } from './ask-step.tsx'
import { PairCard, StepFoot, StepHead } from './pair-card.tsx'
import { places } from './phrase.ts'
import type { Typed } from './typed.ts'
import styles from './progress-step.module.css'

type Progress = Extract<
  PairingState,
  { readonly state: 'searching' } | { readonly state: 'proving' } | { readonly state: 'waiting' }
>

interface ProgressStepProps {
  readonly stage: Progress
  readonly typed: Typed
  readonly onCancel: () => void
}

/** Something is under way that the person can only wait for, or end. */
export function ProgressStep({ stage, typed, onCancel }: ProgressStepProps) {
  const lanOnly = useThisDevice().value?.settings.lanOnly ?? false
  const { title, help } = wordsFor(stage, lanOnly)
  const candidate = stage.state === 'waiting' ? stage.device : null
  const showsWords = stage.state !== 'waiting' && typed.way === 'words' && typed.fields[0] !== ''
  return (
    <PairCard>
      <div className={styles.head}>
        <span className={styles.ring}>
          <Spinner size={26} />
        </span>
        <StepHead title={<Arrival key={stage.state}>{title}</Arrival>}>{help}</StepHead>
      </div>
      {showsWords ? (
        <ol className={cells.cells} aria-label={text.pairing.type.fields}>
          {places.map((place) => (
            <li key={place} className={cells.cell}>
              <span className={cells.place} aria-hidden>
                {place + 1}
              </span>
              <span>{typed.fields[place]}</span>
            </li>
          ))}
        </ol>
      ) : candidate ? (
        <Fingerprints device={candidate} says={text.pairing.progress.same} />
      ) : (
        <div className={styles.scene}>
          <Scene found={stage.state === 'waiting'} />
        </div>
      )}
      <StepFoot>
        <Button onClick={onCancel}>{text.pairing.cancel}</Button>
      </StepFoot>
    </PairCard>
  )
}

function wordsFor(stage: Progress, lanOnly: boolean): { title: string; help: string } {
  const words = text.pairing.progress
  if (stage.state === 'searching') {
    return { title: words.searching, help: lanOnly ? words.searchingLan : words.searchingHelp }
  }
  if (stage.state === 'proving') return { title: words.proving, help: words.provingHelp }
  const name = stage.device?.name
  return name === undefined
    ? { title: words.waitingUnknown, help: words.waitingUnknownHelp }
    : { title: words.waiting(name), help: words.waitingHelp(name) }
}
