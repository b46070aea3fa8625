import { Pencil } from 'lucide-react'
import { useEffect, useId, useRef, useState, type KeyboardEvent, type SubmitEvent } from 'react'
import { text } from '../text/en.ts'
import { Button, IconButton } from '../ui/button.tsx'
import styles from './device-name.module.css'
import { useSetting } from './use-setting.ts'

/** The name of this device, changed where it stands. A refused name stays typed, with the reason. */
export function DeviceName({ name }: { readonly name: string }) {
  const setting = useSetting('name', name)
  const { attempt } = setting
  const [typing, setTyping] = useState(false)
  const pencil = useRef<HTMLButtonElement>(null)
  const wasEditing = useRef(false)
  const editing = typing || attempt.state === 'failed'

  useEffect(() => {
    if (wasEditing.current && !editing) pencil.current?.focus()
    wasEditing.current = editing
  }, [editing])

  const leave = () => {
    setTyping(false)
    setting.forget()
  }
  const save = (wanted: string) => {
    if (wanted === name) return leave()
    setTyping(false)
    setting.change(wanted)
  }

  if (editing) {
    const failed = attempt.state === 'failed'
    return (
      <NameForm
        initial={failed ? attempt.wanted : setting.shown}
        problem={failed ? attempt.says : null}
        onSave={save}
        onCancel={leave}
      />
    )
  }
  return (
    <div className={styles.shown}>
      <h1>
        <bdi>{setting.shown}</bdi>
      </h1>
      <IconButton
        ref={pencil}
        label={attempt.state === 'saving' ? text.rename.saving : text.rename.open}
        icon={<Pencil size={16} aria-hidden />}
        aria-busy={attempt.state === 'saving'}
        onClick={() => setTyping(true)}
      />
    </div>
  )
}

interface NameFormProps {
  readonly initial: string
  readonly problem: string | null
  readonly onSave: (name: string) => void
  readonly onCancel: () => void
}

function NameForm({ initial, problem, onSave, onCancel }: NameFormProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [name, setName] = useState(initial)
  const [empty, setEmpty] = useState(false)

  useEffect(() => input.current?.select(), [])

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const wanted = name.trim()
    setEmpty(wanted === '')
    if (wanted !== '') onSave(wanted)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onCancel()
  }
  const says = empty ? text.rename.empty : problem
  return (
    <form className={styles.form} onSubmit={submit}>
      <h1 className="visually-hidden">
        <bdi>{initial}</bdi>
      </h1>
      <input
        ref={input}
        className={styles.input}
        value={name}
        maxLength={64}
        aria-label={text.rename.label}
        aria-invalid={says !== null}
        aria-describedby={id}
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        onChange={(event) => setName(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Button look="signal" type="submit">
        {text.rename.save}
      </Button>
      <Button onClick={onCancel}>{text.rename.cancel}</Button>
      <p id={id} className={styles.problem} role="alert">
        {says}
      </p>
    </form>
  )
}
