import { Copy, Users } from 'lucide-react'
import { useState } from 'react'
import type { PairedDevice } from '#shared/devices.ts'
import type { AcceptRule, Settings } from '#shared/model.ts'
import { usePairedDevices } from '../bridge/context.ts'
import { KindIcon } from '../devices/kind-icon.tsx'
import { byName } from '../devices/presence.ts'
import { useSetting } from '../devices/use-setting.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Line, Section } from '../ui/section.tsx'
import { SwitchRow } from '../ui/switch.tsx'
import { amountIn, complaintAbout, shownIn } from './amount.ts'
import { SettingField } from './setting-field.tsx'
import styles from './settings.module.css'

const gigabyte = 1_000_000_000
const shownAtFirst = 20

/** Whose files arrive without asking, where, and up to which size. */
export function AcceptRules({ settings }: { readonly settings: Settings }) {
  const words = text.settings.rules
  const devices = usePairedDevices().value
  const [limit, setLimit] = useState(shownAtFirst)
  const rows = devices ? byName(devices) : []
  return (
    <Section title={words.title}>
      {rows.length === 0 ? (
        <Line icon={<Users size={18} />} title={words.none} detail={words.noneHelp} />
      ) : (
        rows
          .slice(0, limit)
          .map((device) => <DeviceRule key={device.id} device={device} settings={settings} />)
      )}
      {rows.length > limit ? (
        <div className={styles.more}>
          <Button look="quiet" onClick={() => setLimit(limit + 100)}>
            {words.more(Math.min(100, rows.length - limit))}
          </Button>
        </div>
      ) : null}
    </Section>
  )
}

interface DeviceRuleProps {
  readonly device: PairedDevice
  readonly settings: Settings
}

function DeviceRule({ device, settings }: DeviceRuleProps) {
  const words = text.settings.rules
  const { id, name, kind, trust } = device
  const setting = useSetting('acceptRules', settings)
  const rule = setting.shown[id]
  const icon = <KindIcon kind={kind} />
  if (trust !== 'known') {
    const help = trust === 'trusted' ? words.trusted : words.nothing
    return <Line icon={icon} title={<bdi>{name}</bdi>} detail={help} />
  }
  const change = (wanted: AcceptRule | null) => setting.change({ [id]: wanted })
  return (
    <div>
      <SwitchRow
        icon={icon}
        label={words.accept(name)}
        help={rule ? words.on : words.off}
        on={rule !== undefined}
        saving={setting.attempt.state === 'saving'}
        problem={setting.attempt.state === 'failed' ? setting.attempt.says : null}
        onChange={(on) => change(on ? { folder: null, maxBytes: null } : null)}
      />
      {rule ? (
        <>
          <div className={styles.rule}>
            <SettingField
              label={words.folderFor(name)}
              help={words.folderHelp}
              inForce={rule.folder ?? ''}
              attempt={setting.attempt}
              complaint={() => null}
              onSave={(typed) => change({ ...rule, folder: typed === '' ? null : typed })}
              maxLength={4_096}
            />
            <SettingField
              label={words.largestFor(name)}
              help={words.largestHelp}
              unit={words.unit}
              inputMode="decimal"
              inForce={shownIn(rule.maxBytes, gigabyte)}
              attempt={setting.attempt}
              complaint={(typed) => complaintAbout(typed, text.settings.speed.bad)}
              onSave={(typed) => change({ ...rule, maxBytes: amountIn(typed, gigabyte) })}
              maxLength={12}
            />
          </div>
          <SwitchRow
            icon={<Copy size={18} />}
            label={words.skip(name)}
            help={words.skipHelp}
            on={rule.conflicts === 'skip'}
            saving={setting.attempt.state === 'saving'}
            problem={null}
            onChange={(on) => change({ ...rule, conflicts: on ? 'skip' : 'keepBoth' })}
          />
        </>
      ) : null}
    </div>
  )
}
