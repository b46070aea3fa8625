import { TriangleAlert } from 'lucide-react'
import { useMemo, useRef } from 'react'
import type { NearbyDevice, ThisDevice } from '#shared/model.ts'
import { useLinkState, usePairing, useThisDevice } from '../bridge/context.ts'
import {
  deviceHref,
  doctorHref,
  hereHref,
  historyHref,
  pairHrefs,
  settingsHref,
  useRoute,
} from '../route.ts'
import { text } from '../text/text.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Mark } from '../ui/mark.tsx'
import { useMinute } from '../ui/minute.ts'
import { VirtualList } from '../ui/virtual-list.tsx'
import { isDeaf } from './deaf.ts'
import { DeviceRow, rowHeight } from './device-row.tsx'
import { Empty, Group, RowSkeleton } from './list-parts.tsx'
import { inOrder, nameOf, nearbyDetail, sharedNames } from './names.ts'
import { Paired } from './paired-rows.tsx'
import styles from './device-list.module.css'
import { useStrangers } from './use-strangers.ts'

interface DeviceListProps {
  readonly alone: boolean
}

/** Left: this device, yours, those nearby. On a narrow window it is the first page. */
export function DeviceList({ alone }: DeviceListProps) {
  const Brand = alone ? 'h1' : 'p'
  const scroller = useRef<HTMLDivElement>(null)
  const device = useThisDevice().value
  return (
    <div className={styles.sidebar}>
      <Brand className={styles.brand}>
        <Mark />
        {text.app}
      </Brand>
      <div className={styles.scroller} ref={scroller}>
        <Here device={device} alone={alone} />
        <Paired scroller={scroller} />
        <Nearby deaf={device !== null && isDeaf(device)} scroller={scroller} />
      </div>
      <Foot />
    </div>
  )
}

const places = [
  { name: 'history', href: historyHref, words: () => text.transfers.history.open },
  { name: 'doctor', href: doctorHref, words: () => text.doctor.open },
  { name: 'settings', href: settingsHref, words: () => text.settings.open },
] as const

/** What one can do from anywhere; while somebody waits for an answer, that comes first. */
function Foot() {
  const { page } = useRoute()
  const pairing = usePairing().value
  const waits = pairing?.state === 'asking' && page !== 'pair'
  return (
    <div className={styles.foot}>
      <ButtonLink
        look="signal"
        block
        href={pairHrefs.show}
        aria-current={page === 'pair' ? 'page' : undefined}
      >
        {waits ? text.pairing.ask.answer(pairing.device.name) : text.pairing.open}
      </ButtonLink>
      <div className={styles.links}>
        {places.map(({ name, href, words }) => (
          <a
            key={name}
            className={styles.quiet}
            href={href}
            aria-current={page === name ? 'page' : undefined}
          >
            {words()}
          </a>
        ))}
      </div>
    </div>
  )
}

function Here({ device, alone }: { readonly device: ThisDevice | null; readonly alone: boolean }) {
  const live = useLinkState().phase === 'live'
  const { page } = useRoute()
  if (!device) return <RowSkeleton />
  const presence = live ? text.thisDevice.presence[device.reach] : text.thisDevice.disconnected
  return (
    <DeviceRow
      href={hereHref}
      name={<bdi>{device.settings.name}</bdi>}
      detail={text.thisDevice.line + text.separator + presence}
      kind={device.kind}
      presence={live && device.reach !== 'offline' ? 'here' : 'away'}
      current={page === 'here' || (page === 'home' && !alone)}
      end={
        device.problems.length > 0 ? (
          <span className={styles.alert} title={text.thisDevice.problems(device.problems.length)}>
            <TriangleAlert size={16} aria-hidden />
            <span className="visually-hidden">
              {text.thisDevice.problems(device.problems.length)}
            </span>
          </span>
        ) : null
      }
    />
  )
}

interface NearbyProps {
  readonly deaf: boolean
  readonly scroller: React.RefObject<HTMLElement | null>
}

function Nearby({ deaf, scroller }: NearbyProps) {
  const { value, fault } = useStrangers()
  const rows = useMemo(() => (value ? inOrder(value) : null), [value])
  return (
    <Group title={text.nearby.title} count={rows?.length ?? 0}>
      {rows && rows.length > 0 ? (
        <NearbyRows rows={rows} scroller={scroller} />
      ) : fault ? (
        <Empty title={text.around.deaf} help={text.fault(fault)} />
      ) : !rows ? (
        <RowSkeleton />
      ) : (
        <Empty title={text.nearby.none} help={deaf ? text.nearby.deaf : text.nearby.noneHelp} />
      )}
    </Group>
  )
}

interface NearbyRowsProps {
  readonly rows: readonly NearbyDevice[]
  readonly scroller: React.RefObject<HTMLElement | null>
}

function NearbyRows({ rows, scroller }: NearbyRowsProps) {
  const live = useLinkState().phase === 'live'
  const route = useRoute()
  const now = useMinute()
  const chosen = route.page === 'device' ? route.id : null
  const ambiguous = useMemo(() => sharedNames(rows), [rows])
  const current = rows.findIndex(({ id }) => id === chosen)
  return (
    <VirtualList
      label={text.nearby.title}
      rows={rows}
      rowHeight={rowHeight}
      scroller={scroller}
      current={current}
      keyOf={(row) => row.id}
      render={(row, tabIndex) => (
        <DeviceRow
          href={deviceHref(row.id)}
          name={<bdi>{nameOf(row)}</bdi>}
          detail={nearbyDetail(row, ambiguous, now)}
          kind={row.kind}
          presence={live ? 'near' : 'away'}
          current={row.id === chosen}
          tabIndex={tabIndex}
        />
      )}
    />
  )
}
