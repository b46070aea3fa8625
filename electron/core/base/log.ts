import { isDeviceId, shortId, type Alpn } from '#shared/ids.ts'
import { Fault, isFaultCode, type FaultCode } from '#shared/faults.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'off'] as const
export type LogLevel = (typeof logLevels)[number]
type LineLevel = Exclude<LogLevel, 'off'>

/**
 * Text its author declares fit for a log: a constant, a state, a host-independent fact. Nothing else
 * is written out, so a secret, a path or a file name that slips into a field shows as [private].
 */
export class Public {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type LogValue =
  | number
  | boolean
  | null
  | Public
  | Error
  | FaultCode
  | Alpn
  | (string & { readonly __brand: string })
export type LogFields = Readonly<Record<string, LogValue | undefined>>

export interface LogLine {
  readonly time: string
  readonly level: LineLevel
  readonly room: string
  readonly event: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface LogSink {
  write(line: LogLine): void
  close(): void | Promise<void>
}

/** A log belongs to a room; events are constants, what varies goes into fields. */
export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
  room(name: string): Log
}

export function createLog(level: LogLevel, sinks: readonly LogSink[], now = () => new Date()): Log {
  const threshold = logLevels.indexOf(level)

  function logFor(room: string): Log {
    const at =
      (lineLevel: LineLevel) =>
      (event: string, fields: LogFields = {}) => {
        if (logLevels.indexOf(lineLevel) < threshold) return
        const line: LogLine = {
          time: now().toISOString(),
          level: lineLevel,
          room,
          event,
          fields: redact(fields),
        }
        for (const sink of sinks) sink.write(line)
      }
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      room: (name) => logFor(name),
    }
  }
  return logFor('gangway')
}

export const silentLog: Log = createLog('off', [])

function redact(fields: LogFields): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) out[key] = speakable(value)
  }
  return out
}

function speakable(value: unknown): unknown {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (value instanceof Public) return value.text
  if (value instanceof Error) return describeError(value)
  if (typeof value === 'string') {
    if (isDeviceId(value)) return shortId(value)
    if (isFaultCode(value) || /^gangway\/[a-z]+\/\d+$/.test(value)) return value
  }
  return '[private]'
}

/** Messages may quote paths and names, so an error leaves only its kind and where in our code. */
function describeError(error: Error): unknown {
  if (error instanceof Fault) {
    const cause = error.cause instanceof Error ? describeError(error.cause) : undefined
    return cause === undefined ? { fault: error.code } : { fault: error.code, cause }
  }
  const code = (error as { code?: unknown }).code
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 6)
    .map((line) => /([\w.-]+:\d+):\d+\)?$/.exec(line)?.[1])
    .filter((frame) => frame !== undefined)
  return { error: error.name, ...(typeof code === 'string' ? { code } : {}), at: frames }
}

/** One line for people: 12:00:00 info  sessions  connected peer=1a2b3c4d */
export function formatLine(line: LogLine): string {
  const fields = Object.entries(line.fields)
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('')
  return `${line.time.slice(11, 19)} ${line.level.padEnd(5)} ${line.room}: ${line.event}${fields}`
}
