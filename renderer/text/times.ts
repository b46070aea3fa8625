import { formats, text } from './text.ts'

const minute = 60
const hour = 60 * minute
const wholeDay = 24 * hour

function isSameDay(at: number, now: number): boolean {
  return new Date(now).toDateString() === new Date(at).toDateString()
}

/** The time for today, the day for anything earlier. */
export function sinceWords(at: number, now: number): string {
  return (isSameDay(at, now) ? formats.clock : formats.day).format(at)
}

/** For what lies ahead: the time, and the day where it is another. */
export function untilWords(at: number, now: number): string {
  return (isSameDay(at, now) ? formats.clock : formats.dayAndClock).format(at)
}

export function dateWords(at: number): string {
  return formats.date.format(at)
}

/** “3 minutes ago”: by the minutes a clock would show, for `now` is known to the minute only. */
export function agoWords(at: number, now: number): string {
  const minutes = Math.floor(now / 60_000) - Math.floor(at / 60_000)
  const seconds = minutes * minute
  if (minutes < 1) return text.times.justNow
  if (seconds < hour) return formats.ago.format(-Math.floor(seconds / minute), 'minute')
  if (seconds < wholeDay) return formats.ago.format(-Math.floor(seconds / hour), 'hour')
  return formats.ago.format(-Math.floor(seconds / wholeDay), 'day')
}

/** “2 days”, “3 h 20 min”: how long, in the two units that matter. */
export function lengthWords(seconds: number): string {
  const minutes = Math.floor(seconds / minute)
  const hours = Math.floor(seconds / hour)
  const days = Math.floor(seconds / wholeDay)
  if (days > 1) return formats.days.format(days)
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
