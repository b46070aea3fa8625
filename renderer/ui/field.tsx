import { useId, type ComponentProps } from 'react'
import styles from './field.module.css'

interface Words {
  readonly label: string
  readonly help?: string | undefined
  /** Takes the place of the help. */
  readonly problem?: string | null | undefined
}

export function TextField({ label, help, problem, ...rest }: Words & ComponentProps<'input'>) {
  const id = useId()
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className={styles.input}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={Boolean(problem)}
        aria-describedby={`${id}-says`}
        {...rest}
      />
      <Says id={`${id}-says`} help={help} problem={problem} />
    </div>
  )
}

export function TextArea({ label, help, problem, ...rest }: Words & ComponentProps<'textarea'>) {
  const id = useId()
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className={styles.input}
        aria-invalid={Boolean(problem)}
        aria-describedby={`${id}-says`}
        dir="auto"
        {...rest}
      />
      <Says id={`${id}-says`} help={help} problem={problem} />
    </div>
  )
}

interface ChoiceFieldProps<Value extends string> extends Words {
  readonly value: Value
  readonly choices: readonly {
    readonly value: Value
    readonly words: string
    readonly lang?: string
  }[]
  readonly onChoose: (value: Value) => void
}

export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const id = useId()
  const { label, help, problem, value, choices, onChoose } = props
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className={styles.input}
        value={value}
        aria-describedby={`${id}-says`}
        onChange={({ target }) => {
          const chosen = choices[target.selectedIndex]
          if (chosen) onChoose(chosen.value)
        }}
      >
        {choices.map(({ value, words, lang }) => (
          <option key={value} value={value} lang={lang}>
            {words}
          </option>
        ))}
      </select>
      <Says id={`${id}-says`} help={help} problem={problem} />
    </div>
  )
}

interface SaysProps extends Omit<Words, 'label'> {
  readonly id: string
}

function Says({ id, help, problem }: SaysProps) {
  return (
    <div id={id}>
      {problem ? null : <p className={styles.help}>{help}</p>}
      <p className={styles.problem} role="alert">
        {problem}
      </p>
    </div>
  )
}
