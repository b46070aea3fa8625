const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })

/** The time for today, the day for anything earlier. */
export function sinceWords(at: number, now: number): string {
  const today = new Date(now).toDateString() === new Date(at).toDateString()
  return (today ? clock : day).format(at)
}
