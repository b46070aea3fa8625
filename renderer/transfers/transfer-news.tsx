import { useEffect, useRef, useState } from 'react'
import type { Transfer } from '#shared/transfers.ts'
import { useTransfers } from '../bridge/context.ts'
import { text } from '../text/text.ts'
import { titleOf } from './words.ts'

const gatherMs = 800

type Event = 'started' | 'finished' | 'broke'
type Row = readonly [Event, Transfer]

/** Reads out what starts, arrives or fails, many as one sentence; never how far it has come. */
export function TransferNews() {
  const { value } = useTransfers()
  const known = useRef<ReadonlyMap<string, Transfer> | null>(null)
  const gathered = useRef<Row[]>([])
  const [words, setWords] = useState('')

  useEffect(() => {
    if (!value) return
    const before = known.current
    known.current = value
    if (!before) return
    const news = newsBetween(before, value)
    if (news.length === 0) return
    if (gathered.current.length === 0) {
      setTimeout(() => setWords(sentences(gathered.current.splice(0))), gatherMs)
    }
    gathered.current.push(...news)
  }, [value])

  return <output className="visually-hidden">{words}</output>
}

function newsBetween(
  before: ReadonlyMap<string, Transfer>,
  after: ReadonlyMap<string, Transfer>,
): Row[] {
  const news: Row[] = []
  for (const row of after.values()) {
    const was = before.get(row.id)
    if (was === row || was?.state === row.state) continue
    if (row.state === 'moving' && was?.state !== 'paused' && row.doneFiles === 0) {
      news.push(['started', row])
    } else if (row.state === 'done') news.push(['finished', row])
    else if (row.state === 'failed') news.push(['broke', row])
  }
  return news
}

function sentences(news: readonly Row[]): string {
  const events: readonly Event[] = ['broke', 'finished', 'started']
  return events
    .map((event) =>
      sentence(
        event,
        news.filter(([known]) => known === event).map(([, row]) => row),
      ),
    )
    .filter((said) => said !== '')
    .join(' ')
}

function sentence(event: Event, rows: readonly Transfer[]): string {
  const words = text.transfers.announced
  const [row] = rows
  if (!row) return ''
  if (rows.length > 1) return words.many(rows.length, words[event])
  const title = titleOf(row)
  const sends = row.direction === 'send'
  if (event === 'broke') return words.failed(title)
  if (event === 'finished') return (sends ? words.sent : words.received)(title, row.deviceName)
  return (sends ? words.sending : words.receiving)(title, row.deviceName)
}
