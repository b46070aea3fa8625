import { useState, type SubmitEvent } from 'react'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import styles from './settings.module.css'

interface SettingFieldProps {
  readonly label: string
  readonly help: string
  readonly inForce: string
  readonly attempt: { readonly state: 'idle' | 'saving' | 'failed'; readonly says?: string }
  /** What is wrong with what is typed, before it is sent. */
  readonly complaint: (typed: string) => string | null
  readonly onSave: (typed: string) => void
  readonly maxLength: number
  readonly unit?: string
  readonly inputMode?: 'decimal'
}

/** One setting that is typed: saved with Enter or its button, which comes when there is something. */
export function SettingField(props: SettingFieldProps) {
  const { inForce, attempt, complaint } = props
  /** Null while nothing was typed: then it shows what is in force, whoever changed it. */
  const [typed, setTyped] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [hasSaved, setHasSaved] = useState(false)
  const isSettled = hasSaved && attempt.state === 'idle'
  const shown = isSettled ? inForce : (typed ?? inForce)
  const wanted = shown.trim()
  const isChanged = wanted !== inForce
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const wrong = complaint(wanted)
    setProblem(wrong)
    // What is in force may be another in a moment: while one is being saved, every wish counts.
    if (wrong !== null || !(isChanged || attempt.state === 'saving')) return
    setHasSaved(true)
    props.onSave(wanted)
  }
  const failed = attempt.state === 'failed' ? (attempt.says ?? null) : null
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextField
        label={props.unit === undefined ? props.label : `${props.label} (${props.unit})`}
        help={props.help}
        problem={problem ?? failed}
        value={shown}
        maxLength={props.maxLength}
        inputMode={props.inputMode}
        onChange={({ target }) => {
          setTyped(target.value)
          setProblem(null)
          setHasSaved(false)
        }}
      />
      <div className={styles.save}>
        {isChanged ? (
          <Button type="submit" aria-busy={attempt.state === 'saving'}>
            {text.settings.save}
          </Button>
        ) : null}
        <output className={styles.saved}>{isSettled ? text.settings.saved : ''}</output>
      </div>
    </form>
  )
}
