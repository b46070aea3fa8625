import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { formatLine, type LogSink } from './log.ts'

export const stderrSink: LogSink = {
  write: (line) => void process.stderr.write(`${formatLine(line)}\n`),
  close: () => {},
}

interface RotatingOptions {
  readonly file: string
  readonly maxBytes?: number
  readonly keep?: number
}

/**
 * A log on disk that never grows past keep × maxBytes. Lines are rare and small, so each is written
 * at once: the line that matters most is the one before a crash. A log that cannot be written is no
 * reason to stop working.
 */
export function rotatingFileSink({ file, maxBytes = 1 << 20, keep = 3 }: RotatingOptions): LogSink {
  let size = 0
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  } catch {
    return { write: () => {}, close: () => {} }
  }

  function rotate(): void {
    rmSync(`${file}.${keep - 1}`, { force: true })
    for (let index = keep - 2; index >= 0; index--) {
      const from = index === 0 ? file : `${file}.${index}`
      if (statSync(from, { throwIfNoEntry: false })) renameSync(from, `${file}.${index + 1}`)
    }
    size = 0
  }

  return {
    write(line) {
      const text = `${JSON.stringify(line)}\n`
      const bytes = Buffer.byteLength(text)
      try {
        if (size > 0 && size + bytes > maxBytes) rotate()
        appendFileSync(file, text, { mode: 0o600 })
        size += bytes
      } catch {
        // A full disk must not take the node down with its log.
      }
    },
    close: () => {},
  }
}
