import type { ReactNode } from 'react'
import type { Settings } from '#shared/model.ts'
import { useSetting } from '../devices/use-setting.ts'
import { text } from '../text/text.ts'
import { SwitchRow } from '../ui/switch.tsx'

interface SettingSwitchProps {
  readonly setting: 'visible' | 'lanOnly' | 'routerPort'
  readonly settings: Settings
  readonly icon: ReactNode
}

/** A setting that is on or off, wherever it is shown. */
export function SettingSwitch({ setting, settings, icon }: SettingSwitchProps) {
  const { shown, attempt, change } = useSetting(setting, settings)
  return (
    <SwitchRow
      icon={icon}
      label={text.others[setting]}
      help={text.others[`${setting}Help`]}
      on={shown}
      saving={attempt.state === 'saving'}
      problem={attempt.state === 'failed' ? attempt.says : null}
      onChange={change}
    />
  )
}
