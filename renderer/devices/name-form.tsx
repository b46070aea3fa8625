import { Pencil } from 'lucide-react'
import {
  useEffect,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type Ref,
  type SubmitEvent,
} from 'react'
import { text } from '../text/text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import styles from './name-form.module.css'

interface ShownNameProps {
  readonly ref: Ref<HTMLButtonElement>
  readonly name: string
  readonly saving: boolean
  readonly onRename: () => void
}

export function ShownName({ ref, name, saving, onRename }: ShownNameProps) {
  return (
    <div className={styles.shown}>
      <h1>
        <bdi>{name}</bdi>
      </h1>
      <IconButton
        ref={ref}
        label={saving ? text.rename.saving : text.rename.open}
        icon={<Pencil size={16} aria-hidden />}
        aria-busy={saving}
        onClick={onRename}
      />
    </div>
  )
}

interface NameFormProps {
  readonly label: string
  readonly initial: string
  readonly problem: string | null
  /** What is said when there is no name; without it, none is a choice. */
  readonly whenEmpty?: string
  readonly hint?: string
  readonly placeholder?: string
  readonly saving?: boolean
  readonly onSave: (name: string) => void
  readonly onCancel: () => void
}

/** The name, changed where it stands. */
export function NameForm(props: NameFormProps) {
  const { initial, whenEmpty, onCancel } = props
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [name, setName] = useState(initial)
  const [empty, setEmpty] = useState(false)

  useEffect(() => input.current?.select(), [])

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const wanted = name.trim()
    const isMissing = wanted === '' && whenEmpty !== undefined
    setEmpty(isMissing)
    if (!isMissing) props.onSave(wanted)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onCancel()
  }
  const says = empty ? (whenEmpty ?? null) : props.problem
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
        placeholder={props.placeholder}
        aria-label={props.label}
        aria-invalid={says !== null}
        aria-describedby={id}
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        onChange={(event) => setName(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Button look="signal" type="submit" aria-busy={props.saving}>
        {text.rename.save}
      </Button>
      <Button onClick={onCancel}>{text.rename.cancel}</Button>
      <div id={id} className={styles.says}>
        {says === null && props.hint !== undefined ? <p>{props.hint}</p> : null}
        <p className={styles.problem} role="alert">
          {says}
        </p>
      </div>
    </form>
  )
}
