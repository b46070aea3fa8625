import { Check, Info, TriangleAlert } from 'lucide-react'
import type { DoctorReport } from '#shared/devices.ts'
import { text } from '../text/text.ts'
import styles from './doctor-page.module.css'

const icons = { good: Check, notice: Info, bad: TriangleAlert }

/** The answer to “is it all right?”, before the details. */
export function Summary({ report: { checks } }: { readonly report: DoctorReport }) {
  const bad = checks.filter(({ verdict }) => verdict === 'bad').length
  const notices = checks.filter(({ verdict }) => verdict === 'notice').length
  const verdict = bad > 0 ? 'bad' : notices > 0 ? 'notice' : 'good'
  const { summary } = text.doctor
  const sentences = {
    bad: [summary.bad(bad), summary.badHelp],
    notice: [summary.notice, summary.noticeHelp],
    good: [summary.good, summary.goodHelp(checks.length)],
  } as const
  const [title, help] = sentences[verdict]
  const Icon = icons[verdict]
  return (
    <section className={styles.summary} data-verdict={verdict}>
      <span className={styles.tile} aria-hidden>
        <Icon size={24} className={styles[verdict]} />
      </span>
      <output className="visually-hidden">{title}</output>
      <div>
        <h2>{title}</h2>
        <p>{help}</p>
      </div>
    </section>
  )
}
