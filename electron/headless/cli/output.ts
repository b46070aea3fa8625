/**
 * What a command says. With --json stdout carries documents and nothing else; for people, what other
 * devices call themselves is shown as text and never as an instruction to the terminal (safety 30).
 */
export interface Output {
  readonly json: boolean
  readonly style: Style
  /** Whether what was written can be written over. */
  readonly isTerminal: boolean
  /** One JSON document on a line of its own. */
  document(value: unknown): void
  line(text: string): void
  /** On a terminal, in place of what it said before; null takes it away. */
  progress(text: string | null): void
  /** For people, beside the result; silent with --json. */
  complain(text: string): void
}

interface Style {
  bold(text: string): string
  dim(text: string): string
}

interface Sink {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
/** JSON leaves these as they are; a terminal or an editor might not. */
const unescaped = /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu

export function printable(text: string): string {
  return text.replace(invisible, '')
}

export function createOutput(
  json: boolean,
  stdout: Sink,
  stderr: Sink,
  env: Readonly<Record<string, string | undefined>>,
): Output {
  const isTerminal = stdout.isTTY === true && !json && env['TERM'] !== 'dumb'
  const coloured = stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  return {
    json,
    isTerminal,
    style: coloured ? ansi : plain,
    progress: (text) => {
      if (isTerminal) stdout.write(`\r${text === null ? '' : printable(text)}\u001b[K`)
    },
    document: (value) => void stdout.write(`${jsonLine(value)}\n`),
    line: (text) => void stdout.write(`${text}\n`),
    complain: (text) => {
      if (!json) stderr.write(`${printable(text)}\n`)
    },
  }
}

function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(unescaped, (character) =>
    // A surrogate pair is two units, and JSON escapes units.
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

const plain: Style = { bold: (text) => text, dim: (text) => text }
const ansi: Style = {
  bold: (text) => `\u001b[1m${text}\u001b[22m`,
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
}

/** Left-aligned columns; the last one is not padded. */
export function columns(rows: readonly (readonly string[])[], gap = 2): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd((widths[at] ?? 0) + gap)))
      .join('')
      .trimEnd(),
  )
}
