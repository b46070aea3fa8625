import { Moon, Wifi } from 'lucide-react'
import { useState } from 'react'
import type { DeviceId } from '#shared/ids.ts'
import type { NearbyDevice } from '#shared/model.ts'
import { useNearby } from '../bridge/context.ts'
import { pairHrefs } from '../route.ts'
import { text } from '../text/text.ts'
import { sinceWords } from '../text/times.ts'
import { Badge } from '../ui/badge.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { useMinute } from '../ui/minute.ts'
import { Line, Section } from '../ui/section.tsx'
import { Addresses } from './addresses.tsx'
import { DeviceHeader } from './device-header.tsx'
import { DeviceIdLine } from './device-id.tsx'
import { Hero } from './hero.tsx'
import { nameOf } from './names.ts'

/** A device that was noticed: a hint, and said as one. Stays when it leaves while being looked at. */
export function NearbyPage({ id }: { readonly id: DeviceId }) {
  const now = useNearby().value?.get(id)
  const [known, setKnown] = useState(now)
  if (now && now !== known) setKnown(now)
  return now ? <Present device={now} /> : <Gone id={id} known={known} />
}

function Present({ device }: { readonly device: NearbyDevice }) {
  return (
    <>
      <DeviceHeader
        title={
          <h1>
            <bdi>{nameOf(device)}</bdi>
          </h1>
        }
        badge={<Badge tone="info">{text.stranger.badge}</Badge>}
        facts={[
          ...(device.kind ? [text.kinds[device.kind]] : []),
          text.nearby.notPaired,
          text.stranger.since(sinceWords(device.since, useMinute())),
        ]}
      />
      <Hero scene="found" title={text.stranger.title(nameOf(device))} help={text.stranger.help}>
        <ButtonLink look="signal" href={pairHrefs.show}>
          {text.stranger.pair}
        </ButtonLink>
      </Hero>
      <Section title={text.reached.known}>
        {device.addresses.length > 0 ? (
          <Addresses addresses={device.addresses} />
        ) : (
          <Line icon={<Wifi size={18} />} title={text.reached.noneKnown} />
        )}
      </Section>
      <Section title={text.identity.title}>
        <DeviceIdLine id={device.id} help={text.identity.idHelpOther} />
      </Section>
    </>
  )
}

interface GoneProps {
  readonly id: DeviceId
  readonly known: NearbyDevice | undefined
}

function Gone({ id, known }: GoneProps) {
  const name = known ? nameOf(known) : text.unnamed
  return (
    <>
      <DeviceHeader
        title={
          <h1>
            <bdi>{name}</bdi>
          </h1>
        }
        badge={<Badge tone="quiet">{text.stranger.away}</Badge>}
        facts={known?.kind ? [text.kinds[known.kind]] : []}
      />
      <Section title={text.nearby.title}>
        <Line
          icon={<Moon size={18} />}
          title={known ? text.stranger.gone(name) : text.stranger.goneUnknown}
          detail={text.stranger.goneHelp}
        />
      </Section>
      <Section title={text.identity.title}>
        <DeviceIdLine id={id} help={text.identity.idHelpOther} />
      </Section>
    </>
  )
}
