// @ts-check
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseSync } from 'oxc-parser'
import { missingFromLockfile } from './lockfile.js'

/**
 * The walls of the house. A room is a folder (or a file) of the tree; each names the rooms it may
 * reach and the packages it may use. What is not named is forbidden. `npm run check` applies this
 * to every import, type imports included; tests/boundaries proves that it bites.
 */

/** @typedef {{ room: string, reaches: readonly string[], packages: readonly string[] }} Room */

const core = 'electron/core'
const base = `${core}/base`
const crypto = `${core}/crypto`
const keys = `${core}/keys`
const wire = `${core}/wire`
const endpoint = `${core}/endpoint`
const discovery = `${core}/discovery`
const protocols = `${core}/protocols`
const devices = `${core}/devices`
const sessions = `${core}/sessions`
const messages = `${core}/messages`
const doctor = `${core}/doctor`
const gateway = `${core}/gateway`
const pairing = `${core}/pairing`
const privateNetwork = `${core}/private-network`
const drops = `${core}/drops`
const transfers = `${core}/transfers`
const probe = `${core}/probe`
const metrics = `${core}/metrics`
const lanes = `${core}/transfers/lanes`
const names = `${core}/transfers/names.ts`
const landing = `${core}/transfers/landing`
const control = `${core}/control`
const host = `${core}/host.ts`
const content = `${core}/transfers/content`
const movers = `${core}/transfers/movers`
const moverProcess = `${core}/transfers/process`
const openCore = `${core}/core.ts`

/** The longest matching room wins. @type {readonly Room[]} */
export const rooms = [
  { room: 'shared', reaches: [], packages: ['zod', 'bip39'] },
  {
    room: 'renderer',
    reaches: ['shared'],
    packages: [
      'react',
      'react-dom',
      'zustand',
      'radix-ui',
      'lucide-react',
      'lean-qr',
      '@fontsource-variable/inter',
    ],
  },
  { room: base, reaches: ['shared'], packages: ['node:'] },
  { room: host, reaches: ['shared', base, moverProcess], packages: [] },
  { room: keys, reaches: ['shared', base, host], packages: ['node:', 'zod', 'classic-level'] },
  { room: crypto, reaches: [], packages: ['node:', '@noble/curves'] },
  { room: wire, reaches: ['shared', base], packages: ['zod'] },
  { room: endpoint, reaches: ['shared', base, wire], packages: ['node:', '@number0/iroh'] },
  {
    room: discovery,
    reaches: ['shared', base, host],
    packages: ['node:', 'zod', 'dns-packet'],
  },
  { room: protocols, reaches: ['shared', base, wire, endpoint], packages: [] },
  { room: devices, reaches: ['shared', base, crypto, keys], packages: ['node:', 'zod'] },
  {
    room: sessions,
    reaches: ['shared', base, crypto, wire, endpoint, protocols, devices],
    packages: ['node:', 'zod'],
  },
  {
    room: messages,
    reaches: ['shared', base, crypto, keys, wire, endpoint, protocols, devices, sessions],
    packages: ['node:', 'zod'],
  },
  {
    room: pairing,
    reaches: ['shared', base, crypto, wire, keys, endpoint, protocols, discovery, devices],
    packages: ['node:', 'zod', '@noble/curves'],
  },
  {
    room: privateNetwork,
    reaches: ['shared', base, crypto, wire, keys, endpoint, discovery],
    packages: ['node:', 'zod'],
  },
  {
    room: doctor,
    reaches: ['shared', base, endpoint, discovery, devices, sessions, messages, gateway],
    packages: ['node:', 'zod'],
  },
  { room: gateway, reaches: ['shared', base], packages: ['node:'] },
  { room: lanes, reaches: ['shared', base, crypto, wire, endpoint], packages: ['node:'] },
  { room: names, reaches: [], packages: ['node:'] },
  { room: landing, reaches: ['shared', base, names], packages: ['node:'] },
  {
    room: content,
    reaches: ['shared', lanes],
    packages: ['node:', '@napi-rs/blake-hash', 'blake3-wasm'],
  },
  {
    room: movers,
    reaches: ['shared', base, content, lanes, names, landing],
    packages: ['node:'],
  },
  {
    room: transfers,
    reaches: ['shared', base, keys, wire, endpoint, gateway, devices, sessions, messages],
    packages: ['node:', 'zod'],
  },
  {
    room: probe,
    reaches: ['shared', base, wire, devices, sessions, messages, transfers],
    packages: ['node:', 'zod'],
  },
  { room: metrics, reaches: ['shared', base, sessions, transfers], packages: [] },
  { room: drops, reaches: ['shared', base, names], packages: ['node:'] },
  { room: control, reaches: ['shared', base], packages: ['node:', 'zod'] },
  // The composition root and its neighbours see every room of the core, and nobody's packages.
  { room: core, reaches: ['shared', core], packages: ['node:', 'zod'] },
  {
    room: 'electron/headless',
    reaches: ['shared', base, control, host, openCore, moverProcess],
    packages: ['node:', 'zod', 'ws'],
  },
  {
    room: 'electron/shell',
    reaches: ['shared', base, control, host, openCore, moverProcess],
    packages: ['node:', 'zod', 'electron', 'electron-updater'],
  },
]

const root = join(import.meta.dirname, '..')

/** @typedef {{ from: string, to: string, why: string }} Violation */

/**
 * Everything a file imports, whether as a value, a type, a re-export or on demand.
 * @param {string} path
 * @param {string} source
 * @returns {string[]}
 */
export function importsOf(path, source) {
  const { module, program } = parseSync(path, source)
  const specifiers = module.staticImports.map((entry) => entry.moduleRequest.value)
  for (const entry of module.staticExports.flatMap((statement) => statement.entries)) {
    if (entry.moduleRequest) specifiers.push(entry.moduleRequest.value)
  }
  // `import(…)` of a value and `import('…')` as a type are found in the tree.
  JSON.stringify(program, (_key, node) => {
    if (node?.type === 'ImportExpression' || node?.type === 'TSImportType') {
      const text = node.source?.value ?? node.argument?.literal?.value
      if (typeof text === 'string') specifiers.push(text)
    }
    return typeof node === 'bigint' ? null : node
  })
  return specifiers
}

/**
 * A path of the tree, or the package as it was named.
 * @param {string} from
 * @param {string} specifier
 */
export function resolveImport(from, specifier) {
  if (specifier.startsWith('#shared/')) return specifier.replace('#shared/', 'shared/')
  if (specifier.startsWith('#core/')) return specifier.replace('#core/', `${core}/`)
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  return specifier
}

/** @param {string} path @param {string} room */
function inside(path, room) {
  return path === room || path.startsWith(`${room}/`)
}

/** @param {string} path @returns {Room | undefined} */
function roomOf(path) {
  return rooms
    .filter(({ room }) => inside(path, room))
    .sort((a, b) => b.room.length - a.room.length)[0]
}

/** @param {string} specifier @param {string} allowed */
function isPackage(specifier, allowed) {
  if (allowed === 'node:') return specifier.startsWith('node:')
  return specifier === allowed || specifier.startsWith(`${allowed}/`)
}

/**
 * @param {ReadonlyMap<string, string>} files path from the root → source
 * @returns {Violation[]}
 */
export function violationsIn(files) {
  /** @type {Violation[]} */
  const violations = []
  for (const [path, source] of files) {
    const room = roomOf(path)
    if (!room) {
      violations.push({ from: path, to: path, why: 'belongs to no room' })
      continue
    }
    for (const specifier of importsOf(path, source)) {
      const target = resolveImport(path, specifier)
      if (target === specifier) {
        if (room.packages.some((allowed) => isPackage(specifier, allowed))) continue
        violations.push({ from: path, to: specifier, why: `${room.room} may not use this package` })
      } else if (!inside(target, room.room) && !mayReach(room, target)) {
        violations.push({ from: path, to: target, why: `${room.room} may not reach this room` })
      }
    }
  }
  return violations
}

/** @param {Room} room @param {string} target */
function mayReach(room, target) {
  return room.reaches.some((reach) => inside(target, reach))
}

/** Every source file of the four runtimes. @returns {Map<string, string>} */
export function sourceFiles() {
  /** @type {Map<string, string>} */
  const files = new Map()
  for (const top of ['shared', 'electron', 'renderer']) {
    for (const name of readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })) {
      const path = `${top}/${name.replaceAll('\\', '/')}`
      if (/(?<!\.d)\.tsx?$/.test(path)) files.set(path, readFileSync(join(root, path), 'utf8'))
    }
  }
  return files
}

/**
 * Every file of ours and every package the given entry can reach.
 * @param {string} entry path from the root
 */
export function moduleGraph(entry) {
  const reached = new Set([entry])
  const packages = new Set()
  for (const path of reached) {
    for (const specifier of importsOf(path, readFileSync(join(root, path), 'utf8'))) {
      const target = resolveImport(path, specifier)
      if (target === specifier) packages.add(specifier)
      else if (existsSync(join(root, target)) && /\.tsx?$/.test(target)) reached.add(target)
    }
  }
  return { files: reached, packages }
}

/** A lockfile that names addresses or cannot be installed from, and built files, are not committed. */
function hygiene() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const problems = []
  if (/"resolved": "http/.test(lock)) problems.push('package-lock.json names a download address')
  if (missingFromLockfile(lock).length > 0) {
    problems.push('package-lock.json lacks builds for other platforms: node scripts/lockfile.js')
  }
  const tracked = execFileSync('git', ['ls-files', 'dist', 'node_modules'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (tracked.trim() !== '') problems.push('built or installed files are committed')
  return problems
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = sourceFiles()
  const violations = violationsIn(files)
  for (const { from, to, why } of violations) console.error(`${from} → ${to}: ${why}`)
  const problems = existsSync(join(root, '.git')) ? hygiene() : []
  for (const problem of problems) console.error(problem)
  console.log(`boundaries: ${files.size} files, ${violations.length + problems.length} violations`)
  process.exitCode = violations.length + problems.length === 0 ? 0 : 1
}
