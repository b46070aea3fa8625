import { CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { DoctorCheck } from '#shared/devices.ts'
import { text } from '../text/text.ts'
import { Line, Section } from '../ui/section.tsx'
import styles from './doctor-page.module.css'

const icons = { good: CircleCheck, notice: Info, bad: TriangleAlert }
const verdicts = ['bad', 'notice', 'good'] as const

/** What needs the person first; what is well last. */
export function Findings({ checks }: { readonly checks: readonly DoctorCheck[] }) {
  return verdicts.map((verdict) => {
    const found = checks.filter((check) => check.verdict === verdict)
    if (found.length === 0) return null
    const Icon = icons[verdict]
    return (
      <Section key={verdict} title={text.doctor.verdicts[verdict]}>
        {found.map((check) => {
          const { detail, remedy } = text.doctor.found(check.code, check.details)
          return (
            <Line
              key={check.id}
              icon={<Icon size={18} className={styles[verdict]} />}
              title={text.doctor.checks[check.id]}
              detail={
                <>
                  {detail}
                  {remedy === null ? null : <strong className={styles.remedy}>{remedy}</strong>}
                </>
              }
            />
          )
        })}
      </Section>
    )
  })
}
