import { useEffect, useRef, useState, type KeyboardEvent, type SubmitEvent } from 'react'
import type { DeviceId } from '#shared/ids.ts'
import { useContract } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { sinceWords } from '../text/times.ts'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { Section } from '../ui/section.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { useEscape } from '../ui/use-escape.ts'
import styles from './send-text.module.css'

interface SendTextProps {
  readonly to: DeviceId
  readonly name: string
  /** What was pasted before this stood there. */
  readonly draft: string
  readonly onClose: () => void
}

/** As the contract has it. */
const longest = 16_000

/** A text or a link for another device. What could not be delivered stays typed. */
export function SendText({ to, name, draft, onClose }: SendTextProps) {
  const { link } = useContract()
  const sending = useAction()
  const [typed, setTyped] = useState(draft)
  const [empty, setEmpty] = useState(false)
  const [deliveredAt, setDeliveredAt] = useState<number | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const words = text.paired.send
  const over = typed.length - longest

  useEffect(() => {
    const area = form.current?.querySelector('textarea')
    area?.focus()
    // One goes on behind what was pasted.
    area?.setSelectionRange(area.value.length, area.value.length)
  }, [])
  useEscape(onClose)

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    setEmpty(typed.trim() === '')
    if (typed.trim() === '' || over > 0 || sending.busy) return
    setDeliveredAt(null)
    const sent = typed.replaceAll('\r\n', '\n')
    if (!(await sending.run(() => link.call('text.send', { to, text: sent })))) return
    // What was typed meanwhile has not been sent.
    setTyped((now) => (now === typed ? '' : now))
    setDeliveredAt(Date.now())
    form.current?.querySelector('textarea')?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit()
  }
  const problem = over > 0 ? words.tooLong(over) : empty ? words.empty : null
  return (
    <Section title={words.title(name)}>
      <form ref={form} className={styles.form} onSubmit={(event) => void submit(event)}>
        <TextArea
          label={words.label}
          placeholder={words.placeholder}
          onKeyDown={onKeyDown}
          value={typed}
          help={words.keys}
          problem={sending.says === null ? problem : `${words.failed} ${sending.says}`}
          onChange={(event) => {
            setTyped(event.target.value)
            setEmpty(false)
            if (!sending.busy) sending.forget()
          }}
        />
        <div className={styles.foot}>
          <output className={styles.state}>
            {sending.busy ? (
              <>
                <Spinner size={16} /> {words.sending}
              </>
            ) : deliveredAt !== null && sending.says === null ? (
              words.delivered(sinceWords(deliveredAt, deliveredAt))
            ) : null}
          </output>
          <Button onClick={onClose}>{words.close}</Button>
          <Button look="signal" type="submit" aria-busy={sending.busy}>
            {sending.says === null ? words.send : words.again}
          </Button>
        </div>
      </form>
    </Section>
  )
}
