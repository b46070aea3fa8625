const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const dayOfYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

const minute = 60
const hour = 60 * minute
const wholeDay = 24 * hour

/** The time for today, the day for anything earlier. */
export function sinceWords(at: number, now: number): string {
  const today = new Date(now).toDateString() === new Date(at).toDateString()
  return (today ? clock : day).format(at)
}

/** For what lies ahead: the time, and the day where it is another. */
export function untilWords(at: number, now: number): string {
  const today = new Date(now).toDateString() === new Date(at).toDateString()
  return today ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`
}

export function dateWords(at: number): string {
  return dayOfYear.format(at)
}

/** “3 minutes ago”: by the minutes a clock would show, for `now` is known to the minute only. */
export function agoWords(at: number, now: number): string {
  const minutes = Math.floor(now / 60_000) - Math.floor(at / 60_000)
  const seconds = minutes * minute
  if (minutes < 1) return 'just now'
  if (seconds < hour) return ago.format(-Math.floor(seconds / minute), 'minute')
  if (seconds < wholeDay) return ago.format(-Math.floor(seconds / hour), 'hour')
  return ago.format(-Math.floor(seconds / wholeDay), 'day')
}

/** “2 days”, “3 h 20 min”: how long, in the two units that matter. */
export function lengthWords(seconds: number): string {
  const minutes = Math.floor(seconds / minute)
  const hours = Math.floor(seconds / hour)
  const days = Math.floor(seconds / wholeDay)
  if (days > 1) return `${days} days`
  if (hours > 0) return `${hours} h ${minutes % 60} min`
  return `${minutes} min`
}

/** “4:07” */
export function countdownWords(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** “3 min 24 s”: what is left of something one waits for. */
export function leftWords(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < minute) return `${whole} s`
  if (whole < hour) return `${Math.floor(whole / minute)} min ${whole % minute} s`
  return lengthWords(whole)
}

/** “4 min”, where there is little room. */
export function roughlyLeftWords(seconds: number): string {
  if (seconds < minute) return `${Math.ceil(seconds)} s`
  if (seconds <= hour) return `${Math.ceil(seconds / minute)} min`
  return lengthWords(Math.ceil(seconds / minute) * minute)
}
