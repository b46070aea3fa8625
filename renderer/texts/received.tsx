import { MessageSquareText } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { ReceivedText } from '#shared/devices.ts'
import type { DeviceId } from '#shared/ids.ts'
import { useContract, useTexts } from '../bridge/context.ts'
import { text } from '../text/text.ts'
import { sinceWords } from '../text/times.ts'
import { Button, ButtonLink, LinkButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { useMinute } from '../ui/minute.ts'
import { Section } from '../ui/section.tsx'
import { doLater, useGoing } from '../ui/undo.ts'
import { linkIn } from './links.ts'
import styles from './received.module.css'
import { haveSeen } from './seen.ts'

interface ReceivedProps {
  readonly from: DeviceId
  readonly name: string
}

/** What a device sent as text, newest first, until it is dismissed. */
export function Received({ from, name }: ReceivedProps) {
  const { value } = useTexts()
  const isGoing = useGoing()
  const rows = useMemo(
    () =>
      [...(value?.values() ?? [])]
        .filter((row) => row.from === from)
        .sort((one, other) => other.at - one.at),
    [value, from],
  ).filter(({ id }) => !isGoing(textKey(id)))
  useEffect(() => haveSeen(rows), [rows])
  if (rows.length === 0) return null
  return (
    <Section title={text.texts.title}>
      {rows.map((row) => (
        <TextRow key={row.id} row={row} name={name} />
      ))}
    </Section>
  )
}

interface TextRowProps {
  readonly row: ReceivedText
  readonly name: string
}

function TextRow({ row, name }: TextRowProps) {
  const dismiss = useDismiss(row.id)
  const [whole, setWhole] = useState(false)
  const time = sinceWords(row.at, useMinute())
  return (
    <article className={styles.row} aria-label={text.texts.label(name, time)}>
      <span className={styles.icon} aria-hidden>
        <MessageSquareText size={18} />
      </span>
      <div className={styles.words}>
        <p className={styles.text} data-cut={isLong(row.text) && !whole} dir="auto">
          {row.text}
        </p>
        <p className={styles.time}>
          {time}
          {isLong(row.text) ? (
            <>
              {text.separator}
              <LinkButton onClick={() => setWhole(!whole)}>
                {whole ? text.texts.less : text.texts.all}
              </LinkButton>
            </>
          ) : null}
        </p>
      </div>
      <div className={styles.actions}>
        <TextActions received={row} />
        <Button look="quiet" onClick={dismiss}>
          {text.texts.dismiss}
        </Button>
      </div>
    </article>
  )
}

export function textKey(id: ReceivedText['id']): string {
  return `text ${id}`
}

export function useDismiss(id: ReceivedText['id']): () => void {
  const { link } = useContract()
  return () =>
    doLater({
      key: textKey(id),
      says: () => text.texts.dismissed,
      act: () => link.call('text.dismiss', { id }),
    })
}

/** More than one wants to read in passing. */
function isLong(text: string): boolean {
  return text.length > 500 || text.split('\n').length > 8
}

/** Copy, and open where it is a link: peers write what they like, so it is never more than text. */
export function TextActions({ received }: { readonly received: ReceivedText }) {
  const href = linkIn(received.text)
  return (
    <>
      {href === null ? null : (
        <ButtonLink href={href} target="_blank" rel="noopener noreferrer">
          {text.texts.open}
        </ButtonLink>
      )}
      <CopyButton words={text.texts.copy} content={() => received.text} />
    </>
  )
}
