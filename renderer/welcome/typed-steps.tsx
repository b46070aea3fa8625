import { useState, type SubmitEvent } from 'react'
import type { Settings } from '#shared/model.ts'
import { useContract } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Foot, Head, type StepProps } from './step.tsx'
import styles from './welcome.module.css'

export function NameStep({ settings, onNext }: StepProps) {
  const { title, help, label } = text.welcome.name
  return (
    <TypedStep
      title={title}
      help={help}
      label={label}
      setting="name"
      inForce={settings.name}
      whenEmpty={text.rename.empty}
      maxLength={64}
      onNext={onNext}
      onBack={null}
    />
  )
}

export function FolderStep({ settings, onNext, onBack }: StepProps) {
  const { title, help, label, labelHelp } = text.welcome.folder
  return (
    <TypedStep
      title={title}
      help={help}
      label={label}
      labelHelp={labelHelp}
      setting="downloads"
      inForce={settings.downloads}
      whenEmpty={text.settings.downloads.empty}
      maxLength={4_096}
      onNext={onNext}
      onBack={onBack}
    />
  )
}

interface TypedStepProps {
  readonly title: string
  readonly help: string
  readonly label: string
  readonly labelHelp?: string
  readonly setting: keyof Pick<Settings, 'name' | 'downloads'>
  readonly inForce: string
  readonly whenEmpty: string
  readonly maxLength: number
  readonly onNext: () => void
  readonly onBack: (() => void) | null
}

/** One thing to type, which is there already: Enter goes on, and saves what was changed. */
function TypedStep({ setting, inForce, whenEmpty, onNext, onBack, ...words }: TypedStepProps) {
  const { changeSettings } = useContract()
  const saving = useAction()
  const [typed, setTyped] = useState(inForce)
  const [isMissing, setMissing] = useState(false)

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const wanted = typed.trim()
    setMissing(wanted === '')
    if (wanted === '') return
    if (wanted !== inForce && !(await saving.run(() => changeSettings({ [setting]: wanted }))))
      return
    onNext()
  }
  return (
    <form className={styles.body} onSubmit={(event) => void submit(event)}>
      <Head title={words.title} help={words.help} />
      <TextField
        label={words.label}
        help={words.labelHelp}
        problem={isMissing ? whenEmpty : saving.says}
        value={typed}
        maxLength={words.maxLength}
        onChange={({ target }) => setTyped(target.value)}
      />
      <Foot onBack={onBack}>
        <Button look="signal" type="submit" aria-busy={saving.busy}>
          {text.welcome.next}
        </Button>
      </Foot>
    </form>
  )
}
