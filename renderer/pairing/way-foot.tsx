import { text } from '../text/text.ts'
import { Button, LinkButton } from '../ui/button.tsx'
import styles from './type-words.module.css'

interface WayFootProps {
  readonly ready: boolean
  readonly busy: boolean
  readonly onWords: () => void
}

/** Under every other way to pair than words: the way back to those, and on. */
export function WayFoot({ ready, busy, onWords }: WayFootProps) {
  return (
    <div className={styles.foot}>
      <p className={styles.ways}>
        <LinkButton onClick={onWords}>{text.pairing.type.orWords}</LinkButton>
      </p>
      <span />
      <Button look="signal" type="submit" aria-disabled={!ready} aria-busy={busy}>
        {text.pairing.type.pair}
      </Button>
    </div>
  )
}
