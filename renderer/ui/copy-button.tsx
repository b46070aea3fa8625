import { useEffect, useState } from 'react'
import { text } from '../text/text.ts'
import { Button } from './button.tsx'
import styles from './copy-button.module.css'

interface CopyButtonProps {
  readonly words: string
  readonly label?: string
  /** Made when it is asked for. */
  readonly content: () => string
}

const saidMs = 2_000

/** Its size is that of either word, so that nothing moves when it says that it has copied. */
export function CopyButton({ words, label, content }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'none' | 'copied' | 'refused'>('none')

  useEffect(() => {
    if (outcome !== 'copied') return undefined
    const timer = setTimeout(() => setOutcome('none'), saidMs)
    return () => clearTimeout(timer)
  }, [outcome])

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(content())
      setOutcome('copied')
    } catch {
      setOutcome('refused')
    }
  }
  const copied = outcome === 'copied'
  return (
    <>
      <Button aria-label={label} className={styles.button} onClick={() => void copy()}>
        <span data-shown={!copied}>{words}</span>
        <span data-shown={copied} aria-hidden>
          {text.copied}
        </span>
      </Button>
      <output className={outcome === 'refused' ? styles.refused : 'visually-hidden'}>
        {outcome === 'none' ? '' : copied ? text.copied : text.notCopied}
      </output>
    </>
  )
}
