import { useEffect, useRef, useState, type ChangeEvent, type SubmitEvent } from 'react'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import type { WayFormProps } from './link-form.tsx'
import { StepHead } from './pair-card.tsx'
import styles from './type-words.module.css'
import { WayFoot } from './way-foot.tsx'

/** What the contract takes; anything larger is another kind of file. */
const largestBytes = 8_192

/** A file from somebody elsewhere, and the password they told by another way. */
export function FileForm({ typed, action, onType, onJoin }: WayFormProps) {
  const words = text.pairing.file
  const form = useRef<HTMLFormElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const { file, password } = typed
  const ready = file !== null && password.trim() !== ''

  useEffect(() => form.current?.querySelector<HTMLElement>('button')?.focus(), [])

  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = event.target.files ?? []
    // The same file may be chosen again after it was changed.
    event.target.value = ''
    if (!chosen) return
    const reading = chosen.size > largestBytes ? 'large' : await read(chosen).catch(() => null)
    setProblem(reading === 'large' ? words.tooLarge : reading === null ? words.unreadable : null)
    if (reading === 'large' || reading === null) return
    onType({ ...typed, file: { name: chosen.name, base64: reading } })
    form.current?.querySelector<HTMLElement>('input:not([type=file])')?.focus()
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (ready) onJoin(typed)
  }
  return (
    <form ref={form} className={styles.form} onSubmit={submit}>
      <StepHead title={<h1>{words.title}</h1>}>{words.help}</StepHead>
      <div className={styles.file}>
        <Button onClick={() => input.current?.click()}>
          {file ? words.chooseOther : words.choose}
        </Button>
        <output className={styles.fileName} data-chosen={file !== null}>
          <bdi>{file?.name ?? words.none}</bdi>
        </output>
        <input
          ref={input}
          type="file"
          hidden
          aria-label={words.label}
          onChange={(event) => void choose(event)}
        />
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      </div>
      <TextField
        label={words.password}
        help={words.passwordHelp}
        problem={action.says}
        value={password}
        maxLength={256}
        autoCapitalize="none"
        onChange={(event) => onType({ ...typed, password: event.target.value })}
      />
      <WayFoot
        ready={ready}
        busy={action.busy}
        onWords={() => onType({ ...typed, way: 'words' })}
      />
    </form>
  )
}

async function read(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  return btoa(String.fromCodePoint(...bytes))
}
