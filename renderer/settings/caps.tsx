import { useState } from 'react'
import type { Settings } from '#shared/model.ts'
import { usePairedDevices } from '../bridge/context.ts'
import { byName } from '../devices/presence.ts'
import { useSetting } from '../devices/use-setting.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Section } from '../ui/section.tsx'
import { amountIn, complaintAbout, shownIn } from './amount.ts'
import { SettingField } from './setting-field.tsx'
import styles from './settings.module.css'

const megabyte = 1_000_000
const most = 2 ** 40
const least = 1_024
const shownAtFirst = 20

/** How much of the line transfers may take: all together, and each device. */
export function Caps({ settings: { caps } }: { readonly settings: Settings }) {
  const setting = useSetting('caps', caps)
  const devices = usePairedDevices().value
  const [changed, setChanged] = useState<string>('')
  const [limit, setLimit] = useState(shownAtFirst)
  const words = text.settings.speed
  const rows = devices ? byName(devices) : []
  const attemptOf = (which: string) =>
    changed === which ? setting.attempt : { state: 'idle' as const }

  const fieldFor = (
    which: string,
    label: string,
    cap: number | null,
    change: (cap: number | null) => Settings['caps'],
  ) => (
    <SettingField
      key={which}
      label={label}
      help={words.help}
      unit={words.unit}
      inputMode="decimal"
      inForce={shownIn(cap, megabyte)}
      attempt={attemptOf(which)}
      complaint={(typed) => complaintAbout(typed, words.bad)}
      onSave={(typed) => {
        const amount = amountIn(typed, megabyte)
        setChanged(which)
        setting.change(change(amount === null ? null : Math.min(most, Math.max(least, amount))))
      }}
      maxLength={12}
    />
  )
  return (
    <Section title={words.title}>
      {fieldFor('all', words.all, caps.all, (all) => ({ ...caps, all }))}
      {rows.slice(0, limit).map(({ id, name }) =>
        fieldFor(id, words.device(name), caps.devices[id] ?? null, (cap) => ({
          ...caps,
          devices: { ...caps.devices, [id]: cap },
        })),
      )}
      {rows.length > limit ? (
        <div className={styles.more}>
          <Button look="quiet" onClick={() => setLimit(limit + 100)}>
            {text.settings.rules.more(Math.min(100, rows.length - limit))}
          </Button>
        </div>
      ) : null}
    </Section>
  )
}
