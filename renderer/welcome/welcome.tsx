import { useState } from 'react'
import type { ThisDevice } from '#shared/model.ts'
import { useContract, useThisDevice } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { go, homeHref, pairHrefs } from '../route.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Mark } from '../ui/mark.tsx'
import { FolderStep, NameStep } from './typed-steps.tsx'
import { PairStep, VisibleStep } from './steps.tsx'
import styles from './welcome.module.css'

const steps = ['name', 'folder', 'visible', 'pair'] as const

/** The first minute with Gangway: four short questions, none of which must be answered. */
export function Welcome() {
  const device = useThisDevice().value
  return device ? <Steps device={device} /> : null
}

function Steps({ device }: { readonly device: ThisDevice }) {
  const { changeSettings } = useContract()
  const leaving = useAction()
  const [at, setAt] = useState(0)
  const words = text.welcome

  const leave = async (to: string) => {
    if (await leaving.run(() => changeSettings({ welcomed: true }))) go(to)
  }
  const way = {
    settings: device.settings,
    onNext: () => setAt(at + 1),
    onBack: () => setAt(at - 1),
  }
  const step = steps[at]
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.top}>
          <Mark />
          <span className={styles.step}>{words.step(at + 1, steps.length)}</span>
          <Button look="quiet" aria-busy={leaving.busy} onClick={() => void leave(homeHref)}>
            {step === 'pair' ? words.pair.later : words.skip}
          </Button>
        </div>
        {step === 'name' ? (
          <NameStep {...way} />
        ) : step === 'folder' ? (
          <FolderStep {...way} />
        ) : step === 'visible' ? (
          <VisibleStep {...way} />
        ) : (
          <PairStep
            onBack={way.onBack}
            onShow={() => void leave(pairHrefs.show)}
            onType={() => void leave(pairHrefs.type)}
          />
        )}
        <p className={styles.problem} role="alert">
          {leaving.says}
        </p>
      </div>
    </main>
  )
}
