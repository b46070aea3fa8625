import { Fingerprint, Speech } from 'lucide-react'
import { useState } from 'react'
import type { DeviceId } from '#shared/ids.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Line } from '../ui/section.tsx'
import styles from './device-id.module.css'

interface DeviceIdLineProps {
  readonly id: DeviceId
  readonly did?: string
  readonly help: string
}

/** Long and unreadable, so it is shown to who asks for it. */
export function DeviceIdLine({ id, did, help }: DeviceIdLineProps) {
  const [shown, setShown] = useState(false)
  const words = text.paired.identity
  return (
    <Line
      icon={<Fingerprint size={18} />}
      title={text.identity.id}
      detail={
        shown ? (
          <>
            <code className={styles.id}>{id.match(/.{1,8}/g)?.join(' ')}</code>
            {did === undefined ? null : <code className={styles.id}>{did}</code>}
            <span className={styles.actions}>
              <CopyButton
                words={did === undefined ? text.identity.copy : words.copyId}
                content={() => id}
              />
              {did === undefined ? null : <CopyButton words={words.copyDid} content={() => did} />}
            </span>
          </>
        ) : (
          help
        )
      }
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

interface FingerprintLineProps {
  readonly fingerprint: string
  readonly help: string
}

/** The same key in a few words, for two people to compare by voice. */
export function FingerprintLine({ fingerprint, help }: FingerprintLineProps) {
  return (
    <Line
      icon={<Speech size={18} />}
      title={text.paired.identity.fingerprint}
      detail={
        <>
          <span className={styles.words}>{fingerprint}</span>
          {help}
        </>
      }
    />
  )
}
