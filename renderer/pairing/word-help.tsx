import type { FaultCode } from '#shared/faults.ts'
import { nearest, repairs, type Phrase } from '#shared/words.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { changeBetween, isWrong, phraseOf, type Fields } from './phrase.ts'
import styles from './word-help.module.css'

const suggestions = 3

interface WordHelpProps {
  readonly id: string
  readonly fields: Fields
  readonly current: number | null
  /** With what the last try failed. */
  readonly missed: FaultCode | null
  readonly says: string | null
  readonly onChange: (fields: Fields) => void
}

/** The line under the words: what is wrong with them and what would be right. It keeps its place. */
export function WordHelp({ id, fields, current, missed, says, onChange }: WordHelpProps) {
  const wrong = placeOfWrong(fields, current)
  const phrase = phraseOf(fields)
  if (wrong !== null) {
    const typed = fields[wrong] ?? ''
    const words = nearest(typed, suggestions)
    return (
      <div className={styles.help}>
        <output id={id} className={styles.problem}>
          {text.pairing.type.unknown(typed)}{' '}
          {words.length > 0 ? text.pairing.type.nearest : text.pairing.type.nothingNear}
        </output>
        {words.map((word) => (
          <Button
            key={word}
            className={styles.word}
            aria-label={text.pairing.type.use(word)}
            // The field keeps the focus, and the person goes on typing.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChange(fields.with(wrong, word))}
          >
            {word}
          </Button>
        ))}
      </div>
    )
  }
  if (says !== null) {
    return (
      <div className={styles.help}>
        <p role="alert" className={styles.problem}>
          {says}
        </p>
      </div>
    )
  }
  return (
    <div className={styles.help}>
      {missed === 'pairing.mismatch' && phrase ? (
        <Repairs fields={fields} phrase={phrase} onChange={onChange} />
      ) : (
        <output id={id} />
      )}
    </div>
  )
}

interface RepairsProps {
  readonly fields: Fields
  readonly phrase: Phrase
  readonly onChange: (fields: Fields) => void
}

/** True words that did not pair: most often two stand the wrong way round, or one was misheard. */
function Repairs({ fields, phrase, onChange }: RepairsProps) {
  return (
    <>
      <span>{text.pairing.type.repairs}</span>
      {repairs(phrase, suggestions).map((repair) => {
        const { before, after } = changeBetween(fields, repair)
        const [one = '', other] = before
        const words =
          other === undefined
            ? text.pairing.type.repair(one, after[0] ?? '')
            : text.pairing.type.repairSwap(one, other)
        return (
          <Button key={repair.join(' ')} className={styles.word} onClick={() => onChange(repair)}>
            {words}
          </Button>
        )
      })}
    </>
  )
}

function placeOfWrong(fields: Fields, current: number | null): number | null {
  const isWrongAt = (place: number) => isWrong(fields[place] ?? '', place === current)
  if (current !== null && isWrongAt(current)) return current
  const place = fields.findIndex((_, index) => isWrongAt(index))
  return place === -1 ? null : place
}
