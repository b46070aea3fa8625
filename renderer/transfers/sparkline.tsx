import { memo } from 'react'
import { useStore } from 'zustand'
import { useContract } from '../bridge/context.ts'
import { speedSeconds } from '../bridge/speeds.ts'
import { text } from '../text/text.ts'
import { useLanguage } from '../ui/use-language.ts'
import styles from './sparkline.module.css'

const width = 120
const height = 36
const top = 4

/** The speed of the last minute; now is at the right. Whoever cannot see it reads the number. */
export const Sparkline = memo(function Sparkline({ id }: { readonly id: string }) {
  useLanguage()
  const speeds = useStore(useContract().speeds, (all) => all.get(id))
  if (!speeds || speeds.length < 3) return <span className={styles.sparkline} />
  const line = pathOf(speeds)
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={text.transfers.speed}
    >
      <path className={styles.area} d={`${line}V${height}H${startOf(speeds)}Z`} />
      <path className={styles.line} d={line} />
    </svg>
  )
})

function pathOf(speeds: readonly number[]): string {
  const highest = Math.max(...speeds, 1)
  const points = speeds.map((speed, index) => {
    const x = startOf(speeds) + index * stepOf(speeds)
    const y = height - 1 - (speed / highest) * (height - top)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  return `M${points.join('L')}`
}

/** Short histories fill half of the width at once; only then does a second get its own place. */
function stepOf(speeds: readonly number[]): number {
  return width / Math.max(speedSeconds / 2, speeds.length - 1)
}

function startOf(speeds: readonly number[]): number {
  return width - stepOf(speeds) * (speeds.length - 1)
}
