import { memo } from 'react'
import { HardDriveUpload } from 'lucide-react'
import type { Copy } from '../../bridge/copies.ts'
import { useContract } from '../../bridge/context.ts'
import { bytesOfWords } from '../../text/amounts.ts'
import { text } from '../../text/text.ts'
import { Button } from '../../ui/button.tsx'
import { useLanguage } from '../../ui/use-language.ts'
import { Bar } from '../bar.tsx'
import styles from '../transfer-row.module.css'
import { joined } from '../words.ts'

/** Files on their way from the browser into Gangway: a step of its own, and said to be one. */
export const CopyRow = memo(function CopyRow({ copy }: { readonly copy: Copy }) {
  useLanguage()
  const { copies } = useContract()
  const words = text.transfers.copying
  const { id, step, bytes, totalBytes } = copy
  const failed = step === 'failed'
  return (
    <li className={styles.row}>
      <span className={styles.icon} aria-hidden>
        <HardDriveUpload size={20} />
      </span>
      <div className={styles.words}>
        <div className={styles.head}>
          <span className={styles.name}>
            <bdi>{titleOf(copy)}</bdi>
          </span>
          {step === 'listing' ? null : (
            <span className={styles.amount}>
              {text.transfers.of(...bytesOfWords(bytes, totalBytes))}
            </span>
          )}
        </div>
        <Bar
          label={words.title}
          part={step === 'listing' ? null : totalBytes === 0 ? 1 : bytes / totalBytes}
          tone={failed ? 'bad' : 'signal'}
        />
        <p className={styles.detail} data-tone={failed ? 'bad' : undefined}>
          {detailOf(copy)}
        </p>
      </div>
      <div className={styles.end}>
        {failed ? <Button onClick={() => copies.again(id)}>{words.again}</Button> : null}
        <Button onClick={() => copies.cancel(id)}>{failed ? words.forget : words.cancel}</Button>
      </div>
    </li>
  )
})

function titleOf({ names: [first], names }: Copy): string {
  if (first === undefined) return text.transfers.nameless
  return names.length > 1 ? text.transfers.more(first, names.length - 1) : first
}

function detailOf(copy: Copy): string {
  const words = text.transfers.copying
  if (copy.step === 'failed') {
    return copy.fault ? text.fault(copy.fault) : text.transfers.drop.empty
  }
  if (copy.step === 'listing') return words.listing(copy.files)
  if (copy.step === 'handing') return words.handing
  const files = copy.files > 1 && words.of(copy.doneFiles, copy.files)
  const left = copy.leavesOut ? ` ${text.transfers.drop.bare}` : ''
  return `${joined(words.title, files)}. ${words.why}${left}`
}
