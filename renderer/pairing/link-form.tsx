import { useEffect, useRef, useState, type SubmitEvent } from 'react'
import type { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { TextField } from '../ui/field.tsx'
import { StepHead } from './pair-card.tsx'
import { isLink } from './phrase.ts'
import styles from './type-words.module.css'
import type { Typed } from './typed.ts'
import { WayFoot } from './way-foot.tsx'

export interface WayFormProps {
  readonly typed: Typed
  readonly action: ReturnType<typeof useAction>
  readonly onType: (typed: Typed) => void
  readonly onJoin: (typed: Typed) => void
}

/** The whole ticket, pasted: no words, no meeting point. */
export function LinkForm({ typed, action, onType, onJoin }: WayFormProps) {
  const form = useRef<HTMLFormElement>(null)
  const { title, help, openedTitle, openedHelp, label, example, wrong } = text.pairing.link
  const { link, opened } = typed
  const isOne = isLink(link)
  const [arrivedWith] = useState(isOne)
  // A pasted link needs nothing more, so the button is next. One that came from elsewhere is read
  // first: no key that was meant for something else may pair.
  useEffect(() => {
    const next = opened ? 'h1' : arrivedWith ? '[type=submit]' : 'input'
    form.current?.querySelector<HTMLElement>(next)?.focus()
  }, [arrivedWith, opened])
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (isOne) onJoin(typed)
  }
  return (
    <form ref={form} className={styles.form} onSubmit={submit}>
      <StepHead title={<h1 tabIndex={-1}>{opened ? openedTitle : title}</h1>}>
        {opened ? openedHelp : help}
      </StepHead>
      <TextField
        label={label}
        placeholder={example}
        value={link}
        maxLength={4_096}
        problem={link.trim() !== '' && !isOne ? wrong : action.says}
        onChange={(event) => onType({ ...typed, link: event.target.value })}
      />
      <WayFoot
        ready={isOne}
        busy={action.busy}
        onWords={() => onType({ ...typed, way: 'words' })}
      />
    </form>
  )
}
