import { Activity } from 'lucide-react'
import type { PairedDevice } from '#shared/devices.ts'
import { bytesWords } from '../text/amounts.ts'
import { text } from '../text/text.ts'
import { agoWords, lengthWords } from '../text/times.ts'
import { useMinute } from '../ui/minute.ts'
import { Line, Section } from '../ui/section.tsx'
import styles from './device-status.module.css'

/** What it last told about itself, with the age of that. */
export function DeviceStatusSection({ device }: { readonly device: PairedDevice }) {
  const now = useMinute()
  const words = text.paired.status
  const { status } = device
  if (!status) {
    return (
      <Section title={words.title}>
        <Line icon={<Activity size={18} />} title={words.none} detail={words.noneHelp} />
      </Section>
    )
  }
  const { freeBytes, power, uptimeSeconds, version } = status
  const facts = [
    [words.free, freeBytes === null ? words.unknown : bytesWords(freeBytes)],
    [words.power, words.powers[power]],
    [words.uptime, lengthWords(uptimeSeconds)],
    [words.version, version],
  ] as const
  return (
    <Section title={words.title} aside={words.age(agoWords(status.at, now))}>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
