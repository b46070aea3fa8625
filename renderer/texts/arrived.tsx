import { X } from 'lucide-react'
import { useMemo } from 'react'
import { useStore } from 'zustand'
import type { ReceivedText } from '#shared/devices.ts'
import { usePairedDevices, useTexts } from '../bridge/context.ts'
import { deviceHref, useRoute } from '../route.ts'
import { text } from '../text/text.ts'
import { ButtonLink, IconButton } from '../ui/button.tsx'
import { useGoing } from '../ui/undo.ts'
import styles from './arrived.module.css'
import { TextActions, textKey, useDismiss } from './received.tsx'
import { seen } from './seen.ts'

/**
 * A text that came while its sender is not on the screen: the newest one, calmly, in a corner.
 * It stays until it is dealt with; those on the device's own page are not said twice.
 */
export function Arrived() {
  const { value } = useTexts()
  const isGoing = useGoing()
  const devices = usePairedDevices().value
  const route = useRoute()
  const looked = route.page === 'device' ? route.id : null
  const known = useStore(seen)
  const waiting = useMemo(
    () =>
      [...(value?.values() ?? [])]
        .filter(({ id, from }) => from !== looked && !known.has(id))
        .sort((one, other) => other.at - one.at),
    [value, looked, known],
  ).filter(({ id }) => !isGoing(textKey(id)))
  const [newest] = waiting
  const name = newest ? (devices?.get(newest.from)?.name ?? text.unnamed) : ''
  return (
    <div className={styles.place}>
      <output className="visually-hidden">{newest ? text.texts.from(name) : ''}</output>
      {newest ? (
        <Toast key={newest.id} received={newest} name={name} more={waiting.length - 1} />
      ) : null}
    </div>
  )
}

interface ToastProps {
  readonly received: ReceivedText
  readonly name: string
  readonly more: number
}

function Toast({ received, name, more }: ToastProps) {
  const dismiss = useDismiss(received.id)
  return (
    <section className={styles.toast} aria-label={text.texts.from(name)}>
      <div className={styles.head}>
        <p className={styles.from}>
          <strong>{text.texts.from(name)}</strong>
          {more > 0 ? <span className={styles.more}> {text.texts.more(more)}</span> : null}
        </p>
        <IconButton
          label={text.texts.dismiss}
          icon={<X size={16} aria-hidden />}
          onClick={dismiss}
        />
      </div>
      <p className={styles.text} dir="auto">
        {received.text}
      </p>
      <div className={styles.actions}>
        <TextActions received={received} />
        <ButtonLink href={deviceHref(received.from)}>{text.texts.show}</ButtonLink>
      </div>
    </section>
  )
}
