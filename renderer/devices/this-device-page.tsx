import { Eye, Globe, WifiOff, House } from 'lucide-react'
import type { ThisDevice } from '#shared/model.ts'
import { usePairedDevices } from '../bridge/context.ts'
import { SettingSwitch } from '../settings/setting-switch.tsx'
import { text } from '../text/text.ts'
import { sinceWords } from '../text/times.ts'
import { useMinute } from '../ui/minute.ts'
import { Now } from '../transfers/now.tsx'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Notice } from '../ui/notice.tsx'
import { Line, Section } from '../ui/section.tsx'
import { Addresses } from './addresses.tsx'
import { DeviceHeader } from './device-header.tsx'
import { DeviceIdLine, FingerprintLine } from './device-id.tsx'
import { DeviceName } from './device-name.tsx'
import { KeyLine } from './key-line.tsx'
import { isDeaf } from './deaf.ts'
import { Hero } from './hero.tsx'
import styles from './device-page.module.css'
import { isHere } from './presence.ts'
import { useStrangers } from './use-strangers.ts'

const reachTones = { relay: 'info', lan: 'good', offline: 'quiet' } as const satisfies Record<
  ThisDevice['reach'],
  Tone
>

export function ThisDevicePage({ device }: { readonly device: ThisDevice }) {
  const { settings } = device
  const now = useMinute()
  return (
    <>
      <DeviceHeader
        title={<DeviceName settings={settings} />}
        badge={<Badge tone={reachTones[device.reach]}>{text.reach[device.reach]}</Badge>}
        facts={[
          device.os,
          text.version(device.version),
          text.thisDevice.running(sinceWords(device.startedAt, now)),
        ]}
      />
      {device.problems.map((problem) => (
        <Notice key={problem.code + problem.message}>{text.fault(problem)}</Notice>
      ))}
      <Around deaf={isDeaf(device)} />
      <Now device={null} />
      <Section title={text.others.title}>
        <SettingSwitch setting="visible" settings={settings} icon={<Eye size={18} />} />
        <SettingSwitch setting="lanOnly" settings={settings} icon={<House size={18} />} />
      </Section>
      <div className={styles.columns}>
        <Section title={text.reached.title}>
          {device.endpoint.addresses.length > 0 ? (
            <Addresses addresses={device.endpoint.addresses} />
          ) : (
            <Line
              icon={<WifiOff size={18} />}
              title={text.reached.none}
              detail={text.reached.noneHelp}
            />
          )}
          <Line
            icon={<Globe size={18} />}
            title={text.reached.through}
            detail={<bdi>{relayWords(device)}</bdi>}
          />
        </Section>
        <Section title={text.identity.title}>
          <KeyLine keyProtection={device.keyProtection} />
          <FingerprintLine
            fingerprint={device.fingerprint}
            help={text.paired.identity.fingerprintOwn}
          />
          <DeviceIdLine id={device.id} help={text.identity.idHelp} />
        </Section>
      </div>
    </>
  )
}

function Around({ deaf }: { readonly deaf: boolean }) {
  const { value, fault } = useStrangers()
  const paired = usePairedDevices().value
  if (paired && paired.size > 0) {
    const here = [...paired.values()].filter(isHere).length
    const { pairedHere, pairedHelp } = text.around
    const help = `${pairedHere(here)} ${pairedHelp}`
    return (
      <Hero
        scene={here > 0 ? 'found' : 'waiting'}
        title={text.around.paired(paired.size)}
        help={help}
      />
    )
  }
  if (!value) {
    return (
      <Hero
        scene="waiting"
        title={fault ? text.around.deaf : text.around.looking}
        help={fault ? text.fault(fault) : text.around.lookingHelp}
      />
    )
  }
  if (value.size > 0) {
    return <Hero scene="found" title={text.around.some(value.size)} help={text.around.someHelp} />
  }
  const { none, noneHelp, deaf: silent, deafHelp } = text.around
  return <Hero scene="waiting" title={deaf ? silent : none} help={deaf ? deafHelp : noneHelp} />
}

function relayWords({ endpoint, settings }: ThisDevice): string {
  if (settings.lanOnly) return text.reached.relayOff
  return endpoint.relay ?? text.reached.relayNone
}
