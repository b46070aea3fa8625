import { useId, useState } from 'react'
import type { PairedDevice, Trust } from '#shared/devices.ts'
import { useContract } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { Section } from '../ui/section.tsx'
import styles from './device-trust.module.css'

const levels: readonly Trust[] = ['trusted', 'known', 'observer', 'blocked']

/** Four levels, each in one sentence; what is chosen is in force at once. */
export function DeviceTrust({ device }: { readonly device: PairedDevice }) {
  const { link } = useContract()
  const saving = useAction()
  const id = useId()
  const [wanted, setWanted] = useState<Trust>(device.trust)
  const words = text.paired.trust
  const chosen = saving.busy ? wanted : device.trust

  const choose = (trust: Trust) => {
    setWanted(trust)
    void saving.run(() => link.call('device.change', { id: device.id, trust }))
  }
  return (
    <Section title={words.title}>
      <fieldset className={styles.levels} aria-busy={saving.busy}>
        <legend className="visually-hidden">{words.title}</legend>
        {levels.map((level) => (
          <label key={level} className={styles.level}>
            <input
              type="radio"
              className={styles.radio}
              name={id}
              checked={level === chosen}
              aria-describedby={`${id}-${level}`}
              aria-label={words.levels[level]}
              onChange={() => choose(level)}
            />
            <span>
              <span className={styles.name}>{words.levels[level]}</span>
              <span className={styles.help} id={`${id}-${level}`}>
                {words.helps[level]}
              </span>
            </span>
          </label>
        ))}
        <p className={styles.problem} role="alert">
          {saving.says}
        </p>
      </fieldset>
    </Section>
  )
}
