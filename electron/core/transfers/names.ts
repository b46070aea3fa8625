import { createHash } from 'node:crypto'

/**
 * The one function that turns what a sender calls a file into where it may land. What would mean
 * another place is refused; what merely cannot be a name everywhere is rewritten, every offending
 * character to `_`. All other names stay byte for byte as they were sent.
 */

/** Parts of a path below the destination that are safe to create, one by one, without following. */
export type SafePath = readonly string[] & { readonly __brand: 'SafePath' }

type NameChange = 'character' | 'ending' | 'reserved' | 'ours' | 'length'
type NameRefusal =
  | 'empty'
  | 'absolute'
  | 'drive'
  | 'climbs'
  | 'separator'
  | 'nul'
  | 'stream'
  | 'deep'
  | 'long'

export type PathJudgement =
  | { readonly kind: 'safe'; readonly path: SafePath; readonly changed: NameChange | null }
  | { readonly kind: 'refused'; readonly reason: NameRefusal }

/** Whose rules the names must bear besides those that hold everywhere. */
export type NameRules = 'posix' | 'windows'

const maxDepth = 128
const maxNameBytes = 255
/** What Linux takes as a whole path, less some room for the destination itself. */
const maxPathBytes = 3840

/** The folder of ours at the root of every destination. */
export const stagingName = '.gangway'

/** `sent` is a list of names, or text with `/` between them. */
export function safePath(
  sent: string | readonly string[],
  rules: NameRules = process.platform === 'win32' ? 'windows' : 'posix',
): PathJudgement {
  const parts = typeof sent === 'string' ? sent.split('/') : sent
  const reason = refusal(parts)
  if (reason) return { kind: 'refused', reason }

  let changed: NameChange | null = null
  const path = parts.map((part, depth) => {
    const [name, change] = safeName(part, depth, rules)
    changed ??= change
    return name
  })
  if (bytesOf(path.join('/')) > maxPathBytes) return { kind: 'refused', reason: 'long' }
  return { kind: 'safe', path: path as readonly string[] as SafePath, changed }
}

/** What lies at the top of a transfer, as it will be called here: for whoever is asked about it. */
export function topName(name: string): string {
  const judgement = safePath([name])
  return judgement.kind === 'safe' ? (judgement.path[0] ?? '_') : '_'
}

function refusal(parts: readonly string[]): NameRefusal | null {
  if (parts.length === 0) return 'empty'
  if (parts.length > maxDepth) return 'deep'
  const [first = ''] = parts
  // An empty first part is a leading slash; `\\server`, `\\?\` and `\dir` all begin like the last.
  if (parts.length > 1 && first === '') return 'absolute'
  if (/^[/\\]/.test(first)) return 'absolute'
  if (/^[a-z]:/i.test(first)) return 'drive'
  for (const part of parts) {
    const reason = partRefusal(part)
    if (reason) return reason
  }
  return null
}

function partRefusal(part: string): NameRefusal | null {
  if (part === '') return 'empty'
  if (part.includes('\0')) return 'nul'
  if (part.includes('/')) return 'separator'
  // A backslash is a letter on POSIX, so only what it means as a separator is judged.
  const pieces = part.split('\\')
  // Windows drops spaces at the end, so `.. ` climbs like `..` there.
  if (pieces.some((piece) => /^\.\.? *$/.test(piece))) return 'climbs'
  if (pieces.length > 1 && pieces.some((piece) => piece === '' || /^[a-z]:/i.test(piece)))
    return 'separator'
  return /:\$[a-z]/i.test(part) ? 'stream' : null
}

type Rule = readonly [change: NameChange, rewrite: (name: string, depth: number) => string]

// Control characters, lone surrogates, whatever turns the direction of text, and line separators.
const unspeakable = /\p{Cc}|\p{Cs}|\p{Bidi_Control}|[\u2028\u2029]/gu
const forbiddenOnWindows = /[<>:"|?*\\]/g
const endings = /[. ]+$/
const reserved = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³]) *(?:[.:]|$)/i

const everywhere: readonly Rule[] = [
  ['character', (name) => name.replace(unspeakable, '_')],
  ['ending', (name) => name.replace(endings, (tail) => '_'.repeat(tail.length))],
  ['reserved', (name) => (reserved.test(name) ? `_${name}` : name)],
  ['ours', (name, depth) => (depth === 0 && namesOurs(name) ? `_${name}` : name)],
  ['length', (name) => shortened(name, maxNameBytes)],
]
const onWindows: readonly Rule[] = [
  ['character', (name) => name.replace(forbiddenOnWindows, '_')],
  ...everywhere,
]

function safeName(part: string, depth: number, rules: NameRules): [string, NameChange | null] {
  let changed: NameChange | null = null
  let name = part
  for (const [change, rewrite] of rules === 'windows' ? onWindows : everywhere) {
    const before = name
    name = rewrite(before, depth)
    if (name !== before) changed ??= change
  }
  return [name, changed]
}

/** Also in another case, with letters some file systems overlook, or by its short alias on FAT. */
function namesOurs(name: string): boolean {
  const seen = name
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .toLowerCase()
  return seen === stagingName || /^gangwa~\d/.test(seen) || /^ga[0-9a-f]{4}~\d/.test(seen)
}

/** For a file system that refuses a name that is legal elsewhere (FAT below Linux, eCryptfs). */
export function plainName(name: string): string {
  return shortened(safeName(name, 1, 'windows')[0], 140)
}

/** `name (2).ext`; the extension stays at the end, so that the file still opens. */
export function numbered(name: string, number: number): string {
  const [stem, extension] = split(name)
  const suffix = ` (${number})${extension}`
  return cut(stem, maxNameBytes - bytesOf(suffix)) + suffix
}

/** Cut to fit, with a mark of the whole name, so that two long names stay two. */
function shortened(name: string, maxBytes: number): string {
  if (bytesOf(name) <= maxBytes) return name
  const [stem, extension] = split(name)
  const mark = createHash('sha256').update(name).digest('hex').slice(0, 8)
  const suffix = `~${mark}${extension}`
  return cut(stem, maxBytes - bytesOf(suffix)) + suffix
}

function split(name: string): [stem: string, extension: string] {
  const extension = /(?<=.)(?:\.tar)?\.[^. ]{1,16}$/su.exec(name)?.[0] ?? ''
  return [name.slice(0, name.length - extension.length), extension]
}

function cut(text: string, maxBytes: number): string {
  let bytes = 0
  let kept = ''
  for (const letter of text) {
    bytes += bytesOf(letter)
    if (bytes > maxBytes) break
    kept += letter
  }
  return kept
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text)
}
