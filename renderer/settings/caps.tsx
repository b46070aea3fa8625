import { useState } from 'react'
import type { Settings, SettingsChange } from '#shared/model.ts'
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
export function Caps({ settings }: { readonly settings: Settings }) {
  const { caps } = settings
  const devices = usePairedDevices().value
  const [limit, setLimit] = useState(shownAtFirst)
  const words = text.settings.speed
  const rows = devices ? byName(devices) : []
  return (
    <Section title={words.title}>
      <CapField
        label={words.all}
        settings={settings}
        inForce={caps.all}
        changeTo={(all) => ({ all })}
      />
      {rows.slice(0, limit).map(({ id, name }) => (
        <CapField
          key={id}
          label={words.device(name)}
          settings={settings}
          inForce={caps.devices[id] ?? null}
          changeTo={(cap) => ({ devices: { [id]: cap } })}
        />
      ))}
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

interface CapFieldProps {
  readonly label: string
  readonly settings: Settings
  readonly inForce: number | null
  readonly changeTo: (cap: number | null) => NonNullable<SettingsChange['caps']>
}

function CapField({ label, settings, inForce, changeTo }: CapFieldProps) {
  const { attempt, change } = useSetting('caps', settings)
  const words = text.settings.speed
  return (
    <SettingField
      label={label}
      help={words.help}
      unit={words.unit}
      inputMode="decimal"
      inForce={shownIn(inForce, megabyte)}
      attempt={attempt}
      complaint={(typed) => complaintAbout(typed, words.bad)}
      onSave={(typed) => {
        const amount = amountIn(typed, megabyte)
        change(changeTo(amount === null ? null : Math.min(most, Math.max(least, amount))))
      }}
      maxLength={12}
    />
  )
}
