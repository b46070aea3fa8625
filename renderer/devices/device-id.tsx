import { Fingerprint } from 'lucide-react'
import { useState } from 'react'
import type { DeviceId } from '#shared/ids.ts'
import { text } from '../text/en.ts'
import { Button } from '../ui/button.tsx'
import { Line } from '../ui/section.tsx'
import styles from './device-id.module.css'

interface DeviceIdLineProps {
  readonly id: DeviceId
  readonly help: string
}

/** Long and unreadable, so it is shown to who asks for it. */
export function DeviceIdLine({ id, help }: DeviceIdLineProps) {
  const [shown, setShown] = useState(false)
  return (
    <Line
      icon={<Fingerprint size={18} />}
      title={text.identity.id}
      detail={shown ? <ShownId id={id} /> : help}
      end={
        <Button
          aria-label={shown ? text.identity.hideLabel : text.identity.showLabel}
          aria-expanded={shown}
          onClick={() => setShown(!shown)}
        >
          {shown ? text.identity.hide : text.identity.show}
        </Button>
      }
    />
  )
}

function ShownId({ id }: { readonly id: DeviceId }) {
  const [says, setSays] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(id)
      setSays(text.identity.copied)
    } catch {
      setSays(text.identity.notCopied)
    }
  }
  return (
    <>
      <code className={styles.id}>{id.match(/.{1,8}/g)?.join(' ')}</code>
      <span className={styles.actions}>
        <button type="button" className={styles.copy} onClick={() => void copy()}>
          {text.identity.copy}
        </button>
        <output>{says}</output>
      </span>
    </>
  )
}
