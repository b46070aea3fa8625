import type { Entry } from './entry.ts'

/** What has ended, the latest first; of those with a word in a name or in the device's, if one is given. */
export function endedOf(entries: Iterable<Entry>, search = ''): Entry[] {
  const wanted = plain(search)
  return [...entries]
    .filter(({ isOver, record }) => {
      const texts = [record.deviceName, ...record.names]
      return isOver && texts.some((text) => plain(text).includes(wanted))
    })
    .sort((a, b) => (b.record.endedAt ?? 0) - (a.record.endedAt ?? 0))
}

function plain(text: string): string {
  return text.normalize('NFC').toLowerCase()
}
