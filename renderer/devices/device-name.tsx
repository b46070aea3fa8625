import { useEffect, useRef, useState } from 'react'
import type { Settings } from '#shared/model.ts'
import { text } from '../text/text.ts'
import { NameForm, ShownName } from './name-form.tsx'
import { useSetting } from './use-setting.ts'

/** The name of this device, changed where it stands. A refused name stays typed, with the reason. */
export function DeviceName({ settings }: { readonly settings: Settings }) {
  const setting = useSetting('name', settings)
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
    if (wanted === settings.name) return leave()
    setTyping(false)
    setting.change(wanted)
  }

  if (editing) {
    const failed = attempt.state === 'failed'
    return (
      <NameForm
        label={text.rename.label}
        initial={failed ? attempt.wanted : setting.shown}
        problem={failed ? attempt.says : null}
        whenEmpty={text.rename.empty}
        onSave={save}
        onCancel={leave}
      />
    )
  }
  return (
    <ShownName
      ref={pencil}
      name={setting.shown}
      saving={attempt.state === 'saving'}
      onRename={() => setTyping(true)}
    />
  )
}
