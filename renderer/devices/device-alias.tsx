import { useEffect, useRef, useState } from 'react'
import type { PairedDevice } from '#shared/devices.ts'
import { useContract } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { NameForm, ShownName } from './name-form.tsx'

/** What the person here calls a device; without a name of theirs, what it calls itself. */
export function DeviceAlias({ device }: { readonly device: PairedDevice }) {
  const { link } = useContract()
  const [editing, setEditing] = useState(false)
  const saving = useAction()
  const pencil = useRef<HTMLButtonElement>(null)
  const wasEditing = useRef(false)
  const { id, name, ownName } = device

  useEffect(() => {
    if (wasEditing.current && !editing) pencil.current?.focus()
    wasEditing.current = editing
  }, [editing])

  const leave = () => {
    saving.forget()
    setEditing(false)
  }
  const save = async (wanted: string) => {
    if (wanted === name) return leave()
    const alias = wanted === '' || wanted === ownName ? null : wanted
    if (await saving.run(() => link.call('device.change', { id, name: alias }))) leave()
  }
  if (!editing) {
    return <ShownName ref={pencil} name={name} saving={false} onRename={() => setEditing(true)} />
  }
  return (
    <NameForm
      label={text.paired.rename.label(ownName)}
      initial={name}
      placeholder={ownName}
      hint={text.paired.rename.hint}
      problem={saving.says}
      saving={saving.busy}
      onSave={(wanted) => void save(wanted)}
      onCancel={leave}
    />
  )
}
