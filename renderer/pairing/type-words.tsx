import { useEffect, useEffectEvent, useId, useRef, useState } from 'react'
import type { FaultCode } from '#shared/faults.ts'
import type { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { Button, LinkButton } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { FileForm } from './file-form.tsx'
import { LinkForm } from './link-form.tsx'
import { StepHead } from './pair-card.tsx'
import { panelId } from './pair-tabs.tsx'
import { isLink, phraseOf, withPasted } from './phrase.ts'
import { isAddress, type Typed } from './typed.ts'
import styles from './type-words.module.css'
import { WordFields } from './word-fields.tsx'
import { WordHelp } from './word-help.tsx'

interface TypeWordsProps {
  readonly typed: Typed
  readonly missed: FaultCode | null
  readonly action: ReturnType<typeof useAction>
  readonly onType: (typed: Typed) => void
  readonly onJoin: (typed: Typed) => void
}

/** The side that joins: with words, a link or a file. A paste anywhere goes where it belongs. */
export function TypeWords(props: TypeWordsProps) {
  const { typed, action } = props
  const type = (next: Typed) => {
    action.forget()
    props.onType(next)
  }
  const take = (pasted: string): boolean => {
    if (isLink(pasted)) {
      type({ ...typed, way: 'link', link: pasted.trim() })
      return true
    }
    const fields = withPasted(typed.fields, 0, pasted)
    if (fields) type({ ...typed, way: 'words', fields })
    return fields !== null
  }
  const onPaste = useEffectEvent((event: ClipboardEvent) => {
    const into = event.target
    const pasted = event.clipboardData?.getData('text') ?? ''
    const hasOwnPlace = into instanceof HTMLInputElement || into instanceof HTMLTextAreaElement
    if (hasOwnPlace && !(typed.way === 'words' && isLink(pasted))) return
    if (take(pasted)) event.preventDefault()
  })
  useEffect(() => {
    const listener = (event: ClipboardEvent) => onPaste(event)
    document.addEventListener('paste', listener)
    return () => document.removeEventListener('paste', listener)
  }, [])

  const shared = { ...props, onType: type }
  return (
    <div role="tabpanel" id={panelId} aria-label={text.pairing.tabs.type} className={styles.panel}>
      {typed.way === 'words' ? <WordsForm {...shared} onTake={take} /> : null}
      {typed.way === 'link' ? <LinkForm {...shared} /> : null}
      {typed.way === 'file' ? <FileForm {...shared} /> : null}
    </div>
  )
}

interface WordsFormProps extends TypeWordsProps {
  readonly onTake: (pasted: string) => boolean
}

function WordsForm({ typed, missed, action, onType, onJoin, onTake }: WordsFormProps) {
  const helpId = useId()
  const [current, setCurrent] = useState<number | null>(null)
  const [hint, setHint] = useState<string | null>(null)
  const pair = useRef<HTMLButtonElement>(null)
  const { fields, address } = typed
  const phrase = phraseOf(fields)
  const words = text.pairing.type
  const addressIsWrong = address !== null && address.trim() !== '' && !isAddress(address)

  const change = (next: Typed) => {
    setHint(null)
    onType(next)
  }
  const paste = async () => {
    const pasted = await navigator.clipboard.readText().catch(() => null)
    if (pasted === null) setHint(words.pasteYourself)
    else if (onTake(pasted)) pair.current?.focus()
    else setHint(words.pasteNothing)
  }
  const join = () => {
    const missing = fields.filter((word) => word === '').length
    if (phrase && !addressIsWrong) onJoin({ ...typed, fields: phrase })
    else if (missing > 0) setHint(words.incomplete(missing))
  }
  return (
    <>
      <StepHead title={<h1>{words.title}</h1>}>{words.help}</StepHead>
      <WordFields
        fields={fields}
        current={current}
        describedBy={helpId}
        onChange={(next) => change({ ...typed, fields: next })}
        onCurrent={setCurrent}
        onReady={() => pair.current?.click()}
      />
      <WordHelp
        id={helpId}
        fields={fields}
        current={current}
        missed={missed}
        says={hint ?? action.says}
        onChange={(next) => change({ ...typed, fields: next })}
      />
      {address === null ? null : (
        <TextField
          label={words.address}
          help={words.addressHelp}
          problem={addressIsWrong ? words.addressWrong : null}
          placeholder={words.addressExample}
          value={address}
          maxLength={260}
          onChange={(event) => change({ ...typed, address: event.target.value })}
        />
      )}
      <div className={styles.foot}>
        <Button onClick={() => void paste()}>{words.paste}</Button>
        <p className={styles.ways}>
          {words.or}{' '}
          <LinkButton onClick={() => onType({ ...typed, way: 'link' })}>{words.orLink}</LinkButton>,{' '}
          <LinkButton onClick={() => onType({ ...typed, way: 'file' })}>{words.orFile}</LinkButton>
          <br />
          <LinkButton
            onClick={() => onType({ ...typed, address: address === null ? '' : null })}
            aria-expanded={address !== null}
          >
            {address === null ? words.addAddress : words.leaveAddress}
          </LinkButton>
        </p>
        <Button
          ref={pair}
          look="signal"
          aria-disabled={!phrase || addressIsWrong}
          aria-busy={action.busy}
          onClick={join}
        >
          {words.pair}
        </Button>
      </div>
    </>
  )
}
