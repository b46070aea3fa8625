import type { Candidate, PairingState } from '#shared/devices.ts'
import { useContract, useThisDevice } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { KindTile } from '../devices/kind-icon.tsx'
import { text } from '../text/text.ts'
import { Arrival } from '../ui/arrival.tsx'
import { Button } from '../ui/button.tsx'
import { useSecondsLeft } from '../ui/seconds.ts'
import { PairCard, StepFoot } from './pair-card.tsx'
import styles from './ask-step.module.css'

export type Asking = Extract<PairingState, { readonly state: 'asking' }>

interface AskStepProps {
  readonly asking: Asking
  readonly onDecline: () => void
}

/** Who is it? Whoever is asked second sees the same two lines, and two people compare them aloud. */
export function AskStep({ asking, onDecline }: AskStepProps) {
  const { link } = useContract()
  const action = useAction()
  const { device, prompt } = asking
  const words = text.pairing.ask
  const answer = (accept: boolean) => {
    if (!accept) onDecline()
    void action.run(() => link.call('pairing.answer', { prompt, accept }))
  }
  return (
    <PairCard>
      <div className={styles.who}>
        <KindTile kind={device.kind} />
        <div>
          <Arrival className={styles.title}>{words.title(device.name)}</Arrival>
          <p className={styles.kind}>{text.kinds[device.kind]}</p>
        </div>
      </div>
      <p>{words.proved}</p>
      <Fingerprints device={device} says={words.same} />
      <StepFoot>
        <TimeLeft until={asking.expiresAt} />
        <Button onClick={() => answer(false)}>{words.decline}</Button>
        <Button look="signal" aria-busy={action.busy} onClick={() => answer(true)}>
          {words.accept}
        </Button>
        <p className={styles.problem} role="alert">
          {action.says}
        </p>
      </StepFoot>
    </PairCard>
  )
}

interface FingerprintsProps {
  readonly device: Candidate
  readonly says: string
}

/** In the order of the words themselves, so that the two screens show them alike. */
export function Fingerprints({ device, says }: FingerprintsProps) {
  const own = useThisDevice().value
  const lines = [
    { name: device.name, fingerprint: device.fingerprint },
    ...(own ? [{ name: own.settings.name, fingerprint: own.fingerprint }] : []),
  ].sort((one, other) => (one.fingerprint < other.fingerprint ? -1 : 1))
  return (
    <div>
      <p className={styles.same}>{says}</p>
      <dl className={styles.prints} aria-label={text.pairing.ask.fingerprints}>
        {lines.map(({ name, fingerprint }) => (
          <div key={fingerprint}>
            <dt>
              <bdi>{name}</bdi>
            </dt>
            <dd>{fingerprint}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function TimeLeft({ until }: { readonly until: number }) {
  const seconds = useSecondsLeft(until)
  return (
    <>
      <span className={styles.left} role="timer">
        {text.pairing.ask.left(seconds)}
      </span>
      <output className="visually-hidden">
        {seconds > 0 && seconds <= 10 ? text.pairing.ask.hurry : ''}
      </output>
    </>
  )
}
