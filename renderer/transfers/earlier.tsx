import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import type { DeviceId } from '#shared/ids.ts'
import { isOver } from '#shared/transfer-states.ts'
import type { Transfer } from '#shared/transfers.ts'
import { useContract, useTransfers, useWheneverLive } from '../bridge/context.ts'
import { historyHref } from '../route.ts'
import { text } from '../text/text.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Section } from '../ui/section.tsx'
import { wholeHistory } from '../history/clear-history.tsx'
import { undoable, useGoing } from '../ui/undo.ts'
import { PastItem } from './past-row.tsx'
import styles from './transfer-row.module.css'

const shownHere = 5
const lookedThrough = 200

/** The last transfers with a device that ended; all of them are in the history. */
export function Earlier({ device }: { readonly device: DeviceId }) {
  const isGoing = useGoing()
  const past = usePast(device).filter(({ id }) => !isGoing(id))
  if (past.length === 0 || isGoing(wholeHistory)) return null
  return (
    <Section title={text.transfers.earlier.title}>
      <ul>
        {past.slice(0, shownHere).map((transfer) => (
          <PastItem key={transfer.id} transfer={transfer} />
        ))}
      </ul>
      {past.length > shownHere ? (
        <div className={styles.foot}>
          <ButtonLink href={historyHref}>{text.transfers.earlier.all}</ButtonLink>
        </div>
      ) : null}
    </Section>
  )
}

/** Those of earlier runs, fetched anew when something was removed, under those that ended since: the latest first. */
function usePast(device: DeviceId): readonly Transfer[] {
  const { link } = useContract()
  const { value } = useTransfers()
  const [fetched, setFetched] = useState<readonly Transfer[]>([])

  const latest = useRef(0)
  async function fetchAll(): Promise<void> {
    const mine = ++latest.current
    const asked = { search: '', offset: 0, limit: lookedThrough }
    // The list of this run stands by itself; the history page says what is wrong.
    const answer = await link.call('history.list', asked).catch(() => null)
    if (answer && mine === latest.current) setFetched(answer.transfers)
  }
  useWheneverLive(() => void fetchAll())
  const fetchAnew = useEffectEvent(() => void fetchAll())
  useEffect(
    () =>
      undoable.subscribe((now, before) => {
        if (now.done !== before.done) fetchAnew()
      }),
    [],
  )

  return useMemo(() => {
    const all = new Map(fetched.map((row) => [row.id, row]))
    for (const row of value?.values() ?? []) all.set(row.id, row)
    return [...all.values()]
      .filter((row) => row.device === device && isOver(row))
      .sort((one, other) => (other.endedAt ?? 0) - (one.endedAt ?? 0))
  }, [fetched, value, device])
}
