import { Switch as Radix } from 'radix-ui'
import { useId, type ReactNode } from 'react'
import styles from './switch.module.css'

interface SwitchRowProps {
  readonly icon: ReactNode
  readonly label: string
  readonly help: string
  readonly on: boolean
  readonly saving: boolean
  readonly problem: string | null
  readonly onChange: (on: boolean) => void
}

/** A switch with its one-sentence explanation; when a change failed, the reason takes its place. */
export function SwitchRow({ icon, label, help, on, saving, problem, onChange }: SwitchRowProps) {
  const id = useId()
  return (
    <div className={styles.row}>
      <span className={styles.icon} aria-hidden>
        {icon}
      </span>
      <div className={styles.words}>
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
        <p className={styles.help} id={`${id}-help`}>
          {help}
        </p>
        <output className={styles.problem}>{problem}</output>
      </div>
      <Radix.Root
        id={id}
        className={styles.switch}
        checked={on}
        onCheckedChange={onChange}
        aria-busy={saving}
        aria-describedby={`${id}-help`}
      >
        <Radix.Thumb className={styles.thumb} />
      </Radix.Root>
    </div>
  )
}
