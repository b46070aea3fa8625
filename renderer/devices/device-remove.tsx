import { Trash2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { PairedDevice } from '#shared/devices.ts'
import { useContract } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { go, hereHref } from '../route.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { say } from '../ui/say.ts'
import { Line, Section } from '../ui/section.tsx'
import { useEscape } from '../ui/use-escape.ts'
import styles from './device-page.module.css'

/**
 * Removal is at once and on both sides, and nothing here could take it back: so it is said what it
 * does before it is done, in place, rather than pretending with an undo.
 */
export function DeviceRemove({ device }: { readonly device: PairedDevice }) {
  const [asking, setAsking] = useState(false)
  const open = useRef<HTMLButtonElement>(null)
  const wasAsking = useRef(false)
  const words = text.paired.remove

  useEffect(() => {
    if (wasAsking.current && !asking) open.current?.focus()
    wasAsking.current = asking
  }, [asking])

  return (
    <Section title={words.title(device.name)}>
      {asking ? (
        <Confirm device={device} onKeep={() => setAsking(false)} />
      ) : (
        <Line
          icon={<Trash2 size={18} />}
          title={words.title(device.name)}
          detail={words.help}
          end={
            <Button
              ref={open}
              look="danger"
              aria-label={words.openLabel(device.name)}
              onClick={() => setAsking(true)}
            >
              {words.open}
            </Button>
          }
        />
      )}
    </Section>
  )
}

interface ConfirmProps {
  readonly device: PairedDevice
  readonly onKeep: () => void
}

function Confirm({ device: { id, name }, onKeep }: ConfirmProps) {
  const { link } = useContract()
  const removing = useAction()
  const question = useRef<HTMLHeadingElement>(null)
  const words = text.paired.remove
  useEffect(() => question.current?.focus(), [])
  useEscape(onKeep)

  const remove = async () => {
    if (!(await removing.run(() => link.call('device.remove', { id })))) return
    say(words.removed(name))
    go(hereHref)
  }
  return (
    <div className={styles.form}>
      <div>
        <h3 ref={question} tabIndex={-1} data-arrival>
          {words.ask(name)}
        </h3>
        <p className={styles.nothing}>{words.consequence(name)}</p>
        <p className={styles.problem} role="alert">
          {removing.says}
        </p>
      </div>
      <div className={styles.actions}>
        <Button onClick={onKeep}>{words.keep}</Button>
        <Button look="danger" aria-busy={removing.busy} onClick={() => void remove()}>
          {words.confirm(name)}
        </Button>
      </div>
    </div>
  )
}
