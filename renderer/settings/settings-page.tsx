import { DoorOpen, Eye, House } from 'lucide-react'
import type { Settings, ThisDevice } from '#shared/model.ts'
import { useThisDevice } from '../bridge/context.ts'
import { DeviceHeader } from '../devices/device-header.tsx'
import pageStyles from '../devices/device-page.module.css'
import { KeyLine } from '../devices/key-line.tsx'
import { useSetting } from '../devices/use-setting.ts'
import { SettingSwitch } from './setting-switch.tsx'
import { text } from '../text/text.ts'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { AcceptRules } from './accept-rules.tsx'
import { Caps } from './caps.tsx'
import { LanguageChoiceField } from './language-choice.tsx'
import { OnThisComputer } from './on-this-computer.tsx'
import { PrivateNetwork } from './private-network.tsx'
import { SettingField } from './setting-field.tsx'

/** What one sets once: each change is in force at once. */
export function SettingsPage() {
  const { value: device } = useThisDevice()
  return (
    <div className={pageStyles.page}>
      <DeviceHeader
        title={<h1>{text.settings.title}</h1>}
        badge={null}
        facts={[text.settings.fact]}
      />
      {device ? <All device={device} /> : <Skeleton shape="card" />}
    </div>
  )
}

function All({ device }: { readonly device: ThisDevice }) {
  const { settings, keyProtection } = device
  return (
    <>
      <Section title={text.settings.name.title}>
        <NameField settings={settings} />
        <SettingSwitch setting="visible" settings={settings} icon={<Eye size={18} />} />
        <KeyLine keyProtection={keyProtection} />
      </Section>
      <Section title={text.settings.language.title}>
        <LanguageChoiceField settings={settings} />
      </Section>
      <Section title={text.settings.downloads.title}>
        <DownloadsField settings={settings} />
      </Section>
      <AcceptRules settings={settings} />
      <Caps settings={settings} />
      <Section title={text.settings.network.title}>
        <SettingSwitch setting="lanOnly" settings={settings} icon={<House size={18} />} />
        <SettingSwitch setting="routerPort" settings={settings} icon={<DoorOpen size={18} />} />
        <RelayField settings={settings} />
      </Section>
      <PrivateNetwork privateNetwork={device.privateNetwork} />
      <OnThisComputer />
    </>
  )
}

interface FieldProps {
  readonly settings: Settings
}

function NameField({ settings }: FieldProps) {
  const setting = useSetting('name', settings)
  return (
    <SettingField
      label={text.settings.name.label}
      help={text.settings.name.help}
      inForce={settings.name}
      attempt={setting.attempt}
      complaint={(typed) => (typed === '' ? text.settings.name.empty : null)}
      onSave={setting.change}
      maxLength={64}
    />
  )
}

function DownloadsField({ settings }: FieldProps) {
  const setting = useSetting('downloads', settings)
  return (
    <SettingField
      label={text.settings.downloads.label}
      help={text.settings.downloads.help}
      inForce={settings.downloads}
      attempt={setting.attempt}
      complaint={(typed) => (typed === '' ? text.settings.downloads.empty : null)}
      onSave={setting.change}
      maxLength={4_096}
    />
  )
}

function RelayField({ settings }: FieldProps) {
  const setting = useSetting('relay', settings)
  return (
    <SettingField
      label={text.settings.network.relay}
      help={text.settings.network.relayHelp}
      inForce={settings.relay ?? ''}
      attempt={setting.attempt}
      complaint={(typed) =>
        typed === '' || isAddress(typed) ? null : text.settings.network.relayBad
      }
      onSave={(typed) => setting.change(typed === '' ? null : typed)}
      maxLength={2_048}
    />
  )
}

function isAddress(typed: string): boolean {
  return /^https?:\/\//.test(typed) && URL.canParse(typed)
}
