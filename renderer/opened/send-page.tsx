import { File, Users } from 'lucide-react'
import { Fragment } from 'react'
import type { PairedDevice } from '#shared/devices.ts'
import { useApp, useContract, usePairedDevices } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { DeviceHeader } from '../devices/device-header.tsx'
import pageStyles from '../devices/device-page.module.css'
import { KindIcon } from '../devices/kind-icon.tsx'
import { byName, statusLine } from '../devices/presence.ts'
import { deviceHref, go, homeHref, pairHrefs } from '../route.ts'
import { text } from '../text/text.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { useMinute } from '../ui/minute.ts'
import { Notice } from '../ui/notice.tsx'
import { Line, Section } from '../ui/section.tsx'

const shownNames = 3

/** Files opened with Gangway, or dropped on its icon: to whom, if at all. */
export function SendPage() {
  const { link } = useContract()
  const opened = useApp()?.opened ?? null
  const sending = useAction()
  const words = text.transfers.opened
  if (opened?.what !== 'files') {
    return (
      <div className={pageStyles.page}>
        <DeviceHeader title={<h1>{words.title}</h1>} badge={null} facts={[words.nothing]} />
      </div>
    )
  }
  const { id, paths } = opened
  const leave = (href: string) => {
    go(href)
    void link.call('desktop.taken', { id }).catch(() => {})
  }
  const send = async ({ id: to }: PairedDevice) => {
    if (sending.busy) return
    const sent = await sending.run(() => link.call('transfer.send', { to, paths: [...paths] }))
    if (sent) leave(deviceHref(to))
  }
  return (
    <div className={pageStyles.page}>
      <DeviceHeader
        title={<h1>{words.title}</h1>}
        badge={null}
        facts={[words.fact(paths.length)]}
        end={<Button onClick={() => leave(homeHref)}>{words.cancel}</Button>}
      />
      {sending.says === null ? null : <Notice>{sending.says}</Notice>}
      <Section title={words.what}>
        <Line
          icon={<File size={18} />}
          title={paths.slice(0, shownNames).map((path, index) => (
            <Fragment key={path}>
              {index > 0 ? ', ' : null}
              <bdi>{nameOf(path)}</bdi>
            </Fragment>
          ))}
          detail={paths.length > shownNames ? words.more(paths.length - shownNames) : null}
        />
      </Section>
      <Devices busy={sending.busy} onChoose={(device) => void send(device)} />
    </div>
  )
}

interface DevicesProps {
  readonly busy: boolean
  readonly onChoose: (device: PairedDevice) => void
}

function Devices({ busy, onChoose }: DevicesProps) {
  const { value } = usePairedDevices()
  const now = useMinute()
  const words = text.transfers.opened
  const devices = byName(value ?? new Map()).filter(({ trust }) => trust !== 'blocked')
  return (
    <Section title={words.where}>
      {devices.length === 0 ? (
        <Line
          icon={<Users size={18} />}
          title={words.nobody}
          detail={words.nobodyHelp}
          end={<ButtonLink href={pairHrefs.show}>{text.pairing.open}</ButtonLink>}
        />
      ) : (
        devices.map((device) => (
          <Line
            key={device.id}
            icon={<KindIcon kind={device.kind} />}
            title={<bdi>{device.name}</bdi>}
            detail={statusLine(device, now)}
            end={
              <Button
                look="signal"
                aria-label={words.sendTo(device.name)}
                aria-busy={busy}
                onClick={() => onChoose(device)}
              >
                {words.send}
              </Button>
            }
          />
        ))
      )}
    </Section>
  )
}

/** The last part of a path of either kind. */
function nameOf(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path
}
