import { useEffect, useRef } from 'react'
import type { Transfer } from '#shared/transfers.ts'
import { bytesWords } from '../text/amounts.ts'
import { text } from '../text/text.ts'
import { LinkButton } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import styles from './offer-dialog.module.css'

interface OfferFolderProps {
  readonly offer: Transfer
  readonly usual: string
  /** What the person typed instead of the usual one. */
  readonly folder: string | null
  readonly problem: string | null
  readonly onFolder: (folder: string | null) => void
}

/** Where it lands, and whether there is room. A page cannot show a folder dialog: it is typed. */
export function OfferFolder({ offer, usual, folder, problem, onFolder }: OfferFolderProps) {
  const words = text.transfers.offer
  const place = useRef<HTMLDivElement>(null)
  const isTyping = folder !== null
  useEffect(() => {
    if (isTyping) place.current?.querySelector('input')?.focus()
  }, [isTyping])

  const landing = offer.folder ?? usual
  if (folder !== null) {
    return (
      <div className={styles.folder} ref={place}>
        <TextField
          label={words.folderLabel}
          help={words.folderHelp}
          problem={problem}
          value={folder}
          onChange={({ target }) => onFolder(target.value)}
        />
        <LinkButton className={styles.usual} onClick={() => onFolder(null)}>
          {words.usual}
        </LinkButton>
      </div>
    )
  }
  return (
    <p className={styles.where}>
      {words.savesTo}{' '}
      <strong title={landing}>
        <bdi>{/[^/\\]+(?=[/\\]*$)/.exec(landing)?.[0] ?? landing}</bdi>
      </strong>
      <Room offer={offer} />
      {text.separator}
      <LinkButton onClick={() => onFolder(landing)}>{words.change}</LinkButton>
    </p>
  )
}

function Room({ offer: { freeBytes, totalBytes } }: { readonly offer: Transfer }) {
  const words = text.transfers.offer
  if (freeBytes === null) return null
  const fits = freeBytes > totalBytes
  return (
    <span className={fits ? undefined : styles.tight}>
      {text.separator}
      {fits ? words.free(bytesWords(freeBytes)) : words.tight(bytesWords(freeBytes))}
    </span>
  )
}
