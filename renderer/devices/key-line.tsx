import { KeyRound, ShieldAlert } from 'lucide-react'
import type { ThisDevice } from '#shared/model.ts'
import { text } from '../text/text.ts'
import { Line } from '../ui/section.tsx'
import styles from './device-page.module.css'

/** Where the key of this device rests, said honestly. */
export function KeyLine({ keyProtection }: Pick<ThisDevice, 'keyProtection'>) {
  const safe = keyProtection !== 'unprotected'
  return (
    <Line
      icon={safe ? <KeyRound size={18} /> : <ShieldAlert size={18} className={styles.alert} />}
      title={text.identity.key}
      detail={text.identity.protection[keyProtection]}
    />
  )
}
