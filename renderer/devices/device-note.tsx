import { StickyNote } from 'lucide-react'
import { useEffect, useRef, useState, type SubmitEvent } from 'react'
import type { PairedDevice } from '#shared/devices.ts'
import { useContract } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { Line, Section } from '../ui/section.tsx'
import { useEscape } from '../ui/use-escape.ts'
import styles from './device-page.module.css'

const longest = 500

/** A few words about a device, for the person here alone. */
export function DeviceNote({ device }: { readonly device: PairedDevice }) {
  const [editing, setEditing] = useState(false)
  const edit = useRef<HTMLButtonElement>(null)
  const wasEditing = useRef(false)
  const words = text.paired.note

  useEffect(() => {
    if (wasEditing.current && !editing) edit.current?.focus()
    wasEditing.current = editing
  }, [editing])

  return (
    <Section title={words.title}>
      {editing ? (
        <NoteForm device={device} onDone={() => setEditing(false)} />
      ) : (
        <Line
          icon={<StickyNote size={18} />}
          title={
            device.note === '' ? (
              <span className={styles.nothing}>{words.none}</span>
            ) : (
              <p className={styles.note} dir="auto">
                {device.note}
              </p>
            )
          }
          end={
            <Button
              ref={edit}
              aria-label={device.note === '' ? words.add : words.editLabel}
              onClick={() => setEditing(true)}
            >
              {device.note === '' ? words.add : words.edit}
            </Button>
          }
        />
      )}
    </Section>
  )
}

interface NoteFormProps {
  readonly device: PairedDevice
  readonly onDone: () => void
}

function NoteForm({ device, onDone }: NoteFormProps) {
  const { link } = useContract()
  const saving = useAction()
  const [note, setNote] = useState(device.note)
  const form = useRef<HTMLFormElement>(null)
  const words = text.paired.note

  useEffect(() => form.current?.querySelector('textarea')?.focus(), [])
  useEscape(onDone)

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const { id } = device
    if (await saving.run(() => link.call('device.change', { id, note: note.trim() }))) onDone()
  }
  return (
    <form ref={form} className={styles.form} onSubmit={(event) => void submit(event)}>
      <TextArea
        label={words.label}
        value={note}
        maxLength={longest}
        problem={saving.says}
        onChange={(event) => setNote(event.target.value)}
      />
      <div className={styles.actions}>
        <Button onClick={onDone}>{words.cancel}</Button>
        <Button look="signal" type="submit" aria-busy={saving.busy}>
          {words.save}
        </Button>
      </div>
    </form>
  )
}
