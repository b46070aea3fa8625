import { MessageSquareText } from 'lucide-react'
import { useMemo, type ReactNode, type RefObject } from 'react'
import type { PairedDevice } from '#shared/devices.ts'
import { useStore } from 'zustand'
import { useContract, useLinkState, usePairedDevices, useTexts } from '../bridge/context.ts'
import { deviceHref, go, useRoute } from '../route.ts'
import { text } from '../text/text.ts'
import { useDropTarget } from '../transfers/drop/use-drop-target.ts'
import { useSend } from '../transfers/drop/use-send.ts'
import { rowsOf, summaryOf } from '../transfers/summary.ts'
import { Badge } from '../ui/badge.tsx'
import { useMinute } from '../ui/minute.ts'
import { VirtualList } from '../ui/virtual-list.tsx'
import styles from './device-list.module.css'
import { DeviceRow, rowHeight } from './device-row.tsx'
import { Empty, Group, RowSkeleton } from './list-parts.tsx'
import { sharedNames } from './names.ts'
import { byName, isHere, pathOf, pathTones, statusLine } from './presence.ts'

interface PairedProps {
  readonly scroller: RefObject<HTMLElement | null>
}

/** Your devices: there, on the way, or away. */
export function Paired({ scroller }: PairedProps) {
  const { value, fault } = usePairedDevices()
  const rows = useMemo(() => (value ? byName(value) : null), [value])
  return (
    <Group title={text.yours.title} count={rows?.length ?? 0}>
      {rows && rows.length > 0 ? (
        <PairedRows rows={rows} scroller={scroller} />
      ) : fault ? (
        <Empty title={text.yours.unknown} help={text.fault(fault)} />
      ) : !rows ? (
        <RowSkeleton />
      ) : (
        <Empty title={text.yours.none} help={text.yours.noneHelp} />
      )}
    </Group>
  )
}

interface PairedRowsProps extends PairedProps {
  readonly rows: readonly PairedDevice[]
}

function PairedRows({ rows, scroller }: PairedRowsProps) {
  const live = useLinkState().phase === 'live'
  const texts = useTexts().value
  const route = useRoute()
  const now = useMinute()
  const ambiguous = useMemo(() => sharedNames(rows), [rows])
  const waiting = useMemo(() => textsPerDevice(texts), [texts])
  const chosen = route.page === 'device' ? route.id : null
  return (
    <VirtualList
      label={text.yours.title}
      rows={rows}
      rowHeight={rowHeight}
      scroller={scroller}
      current={rows.findIndex(({ id }) => id === chosen)}
      keyOf={(row) => row.id}
      render={(row, tabIndex) => (
        <DropOn device={row}>
          <DeviceRow
            href={deviceHref(row.id)}
            name={<bdi>{row.name}</bdi>}
            detail={
              <RowDetail
                device={row}
                prefix={ambiguous.has(row.name) ? row.id.slice(0, 8) + text.separator : ''}
                now={now}
              />
            }
            kind={row.kind}
            presence={!live ? 'away' : presenceOf(row)}
            current={row.id === chosen}
            tabIndex={tabIndex}
            end={<RowEnd device={row} texts={waiting.get(row.id) ?? 0} live={live} />}
          />
        </DropOn>
      )}
    />
  )
}

interface RowDetailProps {
  readonly device: PairedDevice
  readonly prefix: string
  readonly now: number
}

/** What is under way with it, and else how it stands. Renders when the words are others. */
function RowDetail({ device, prefix, now }: RowDetailProps) {
  const { id } = device
  const busy = useStore(useContract().transfers, ({ value }) => summaryOf(rowsOf(value, id)))
  if (busy === null) return prefix + statusLine(device, now)
  return prefix + (isHere(device) ? busy : text.paired.presence.away + text.separator + busy)
}

interface DropOnProps {
  readonly device: PairedDevice
  readonly children: ReactNode
}

/** Files can be dropped on a device in the list too, whichever is looked at. */
function DropOn({ device, children }: DropOnProps) {
  const send = useSend(device.id)
  const target = useDropTarget(({ things, files }) => {
    send.drop({ things, files })
    go(deviceHref(device.id))
  })
  return (
    <div className={styles.dropOn} data-over={target.over} {...target.props}>
      {children}
    </div>
  )
}

interface RowEndProps {
  readonly device: PairedDevice
  readonly texts: number
  readonly live: boolean
}

function RowEnd({ device, texts, live }: RowEndProps) {
  const path = pathOf(device)
  return (
    <span className={styles.end}>
      {texts > 0 ? (
        <span className={styles.texts}>
          <MessageSquareText size={16} aria-hidden />
          <span className="visually-hidden">{text.paired.texts(texts)}</span>
        </span>
      ) : null}
      {path && live ? (
        <Badge tone={pathTones[path.kind]}>{text.paired.paths[path.kind]}</Badge>
      ) : null}
    </span>
  )
}

function presenceOf(device: PairedDevice): 'here' | 'coming' | 'away' {
  if (isHere(device)) return 'here'
  return device.state === 'connecting' || device.state === 'pairing' ? 'coming' : 'away'
}

function textsPerDevice(texts: ReturnType<typeof useTexts>['value']): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { from } of texts?.values() ?? []) counts.set(from, (counts.get(from) ?? 0) + 1)
  return counts
}
