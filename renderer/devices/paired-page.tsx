import { MessageSquareText } from 'lucide-react'
import { useState } from 'react'
import type { PairedDevice } from '#shared/devices.ts'
import { bytesWords } from '../text/amounts.ts'
import { text } from '../text/text.ts'
import { dateWords } from '../text/times.ts'
import { Received } from '../texts/received.tsx'
import { SendText } from '../texts/send-text.tsx'
import { DropZone } from '../transfers/drop/drop-zone.tsx'
import { useDropTarget } from '../transfers/drop/use-drop-target.ts'
import { useSend } from '../transfers/drop/use-send.ts'
import { Earlier } from '../transfers/earlier.tsx'
import { Now } from '../transfers/now.tsx'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Section } from '../ui/section.tsx'
import { usePaste } from '../ui/use-paste.ts'
import { DeviceAlias } from './device-alias.tsx'
import { DeviceHeader } from './device-header.tsx'
import { DeviceIdLine, FingerprintLine } from './device-id.tsx'
import { DeviceNote } from './device-note.tsx'
import { DeviceRemove } from './device-remove.tsx'
import { DeviceStatusSection } from './device-status.tsx'
import { DeviceTrust } from './device-trust.tsx'
import styles from './device-page.module.css'
import { PathLines } from './path-lines.tsx'
import { isHere, pathOf, pathTones, pathWords } from './presence.ts'
import { Trouble } from './trouble.tsx'

/** A device one is paired with. */
export function PairedPage({ device }: { readonly device: PairedDevice }) {
  /** What is typed at first; null while no text is being sent. */
  const [draft, setDraft] = useState<string | null>(null)
  const { trust, status, name } = device
  const words = text.paired
  const mayType = trust !== 'blocked'
  const send = useSend(device.id)
  // Whoever lets go beside the zone means this device all the same.
  const target = useDropTarget(send.drop)
  const mayDrop = canReceive(device)
  usePaste((data) => {
    const pasted = data.files.length > 0 ? '' : data.getData('text/plain')
    if (!mayType || draft !== null || pasted === '') return false
    setDraft(pasted)
    return true
  })
  return (
    <div className={styles.page} data-over={target.over} {...(mayDrop ? target.props : {})}>
      <DeviceHeader
        title={<DeviceAlias device={device} />}
        badge={<PresenceBadge device={device} />}
        facts={[
          device.os ?? text.kinds[device.kind],
          words.trustFact[trust],
          ...(status && status.freeBytes !== null && isHere(device)
            ? [words.free(bytesWords(status.freeBytes))]
            : []),
          ...(name === device.ownName ? [] : [words.rename.own(device.ownName)]),
        ]}
        end={
          mayType ? (
            <Button
              aria-expanded={draft !== null}
              onClick={() => setDraft(draft === null ? '' : null)}
            >
              <MessageSquareText size={16} aria-hidden />
              {words.send.open}
            </Button>
          ) : null
        }
      />
      <Trouble device={device} />
      {mayDrop ? <DropZone device={device} send={send} over={target.over} /> : null}
      {draft !== null && mayType ? (
        <SendText to={device.id} name={name} draft={draft} onClose={() => setDraft(null)} />
      ) : null}
      <Received from={device.id} name={name} />
      <Now device={device.id} />
      <Earlier device={device.id} />
      <DeviceStatusSection device={device} />
      <DeviceTrust device={device} />
      <div className={styles.columns}>
        <Section title={words.reached.title}>
          <PathLines device={device} />
        </Section>
        <Section title={text.identity.title}>
          <FingerprintLine fingerprint={device.fingerprint} help={words.identity.fingerprintHelp} />
          <DeviceIdLine
            id={device.id}
            did={device.did}
            help={words.identity.pairedSince(dateWords(device.pairedAt))}
          />
        </Section>
      </div>
      <DeviceNote device={device} />
      <DeviceRemove device={device} />
    </div>
  )
}

/** Nothing goes to who is blocked, or has ended it. */
function canReceive(device: PairedDevice): boolean {
  const isEnded =
    device.state === 'disconnected' && (device.reason === 'removed' || device.reason === 'blocked')
  return device.trust !== 'blocked' && !isEnded
}

function PresenceBadge({ device }: { readonly device: PairedDevice }) {
  const [tone, words] = badgeOf(device)
  return <Badge tone={tone}>{words}</Badge>
}

function badgeOf(device: PairedDevice): readonly [Tone, string] {
  const { badges, presence } = text.paired
  const path = pathOf(device)
  if (path) return [pathTones[path.kind], pathWords(path)]
  if (isHere(device)) return ['good', presence.connected]
  if (device.state === 'connecting' || device.state === 'pairing') {
    return ['waiting', badges.connecting]
  }
  if (device.state === 'disconnected' && device.reason === 'blocked') return ['bad', badges.blocked]
  if (device.state === 'disconnected' && device.reason === 'removed') return ['bad', badges.removed]
  return ['quiet', badges.away]
}
