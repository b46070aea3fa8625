import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Arrival } from './inbox.ts'

/**
 * What was opened with Gangway: a link of ours, or files. Both come from anywhere, so they only ever
 * fill in a page: whoever looks at it decides. What is neither is dropped.
 */
const scheme = 'gangway'
const maxLinkLength = 4_096
const maxPaths = 10_000
const maxPathLength = 4_096

/** Only what a link of ours is made of: no spaces, controls or letters that look like others. */
const link = /^gangway:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/i

export function linkOpened(text: string): Arrival | null {
  if (text.length > maxLinkLength || !link.test(text)) return null
  return { what: 'link', link: `${scheme}${text.slice(scheme.length)}` }
}

export function filesOpened(given: readonly string[], from: string): Arrival | null {
  const paths = given
    .slice(0, maxPaths)
    .map((path) => placeOf(path, from))
    .filter((path) => path !== null)
  return paths.length === 0 ? null : { what: 'files', paths: [...new Set(paths)] }
}

/** A command line of this app: flags are not ours to read here, and the app's own files are no gift. */
export function openedBy(
  argv: readonly string[],
  from: string,
  ownFiles: readonly string[],
): Arrival | null {
  const options = { 'data-dir': text, name: text, downloads: text }
  const { positionals } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    options,
  })
  // Browsers hand over one link, and nothing beside it is believed.
  const given = positionals.find((text) => /^gangway:/i.test(text))
  if (given !== undefined) return linkOpened(given)
  const files = positionals.filter((path) => !ownFiles.includes(resolve(from, path)))
  return filesOpened(files, from)
}

const text = { type: 'string' } as const

const isUrl = /^[a-z][a-z\d+.-]+:\/\//i

/** A URL that names another computer would have Windows sign in there. */
function pathOfUrl(given: string): string | null {
  const { protocol, hostname } = new URL(given)
  return protocol === 'file:' && hostname === '' ? fileURLToPath(given) : null
}

/** File managers hand over paths or file URLs. */
function placeOf(given: string, from: string): string | null {
  try {
    const path = isUrl.test(given) ? pathOfUrl(given) : resolve(from, given)
    if (path === null) return null
    if (path.length > maxPathLength || path.includes('\0')) return null
    const facts = statSync(path, { throwIfNoEntry: false })
    return facts && (facts.isFile() || facts.isDirectory()) ? path : null
  } catch {
    return null
  }
}
