// @ts-check
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * A registry that does not carry the builds of every platform makes npm leave them out of the
 * lockfile, and `npm ci` then refuses that lockfile everywhere. `node scripts/lockfile.js` adds what
 * was left out, without a checksum, for nobody here has seen it; run it after `npm install`.
 */

const file = join(import.meta.dirname, '../package-lock.json')
const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const processors = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64', 'loong64']

/** @typedef {{ version?: string, dev?: boolean, optionalDependencies?: Record<string, string> }} Locked */
/** @typedef {{ path: string, version: string, dev: boolean }} Missing */

/** The places where a package would be found, from the inside out. @param {string} from @param {string} name */
function places(from, name) {
  const found = []
  for (let at = from; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    found.push(`${at}/node_modules/${name}`)
  }
  return [...found, `node_modules/${name}`]
}

/** What the lockfile names as optional and does not list. @returns {Missing[]} */
export function missingFromLockfile(text = readFileSync(file, 'utf8')) {
  /** @type {{ packages: Record<string, Locked> }} */
  const { packages } = JSON.parse(text)
  /** @type {Missing[]} */
  const missing = []
  for (const [path, { optionalDependencies = {}, dev = false }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      // Builds for a platform are named exactly; a range is a package like any other.
      if (!/^\d+\.\d+\.\d+$/.test(version)) continue
      const known = places(path, name).find((place) => packages[place])
      if (known && packages[known]?.version === version) continue
      const top = `node_modules/${name}`
      missing.push({ path: known === top ? `${path}/${top}` : top, version, dev })
    }
  }
  return missing
}

/** What the name of a build says of where it runs. @param {string} path */
function platformOf(path) {
  const words = path.slice(path.lastIndexOf('/') + 1).split('-')
  const system = systems.find((name) => words.includes(name))
  const processor = processors.find((name) => words.includes(name))
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc'
  const isLinuxBuild = system === 'linux' && words.some((word) => /^(gnu|musl)/.test(word))
  return {
    ...(processor ? { cpu: [processor] } : {}),
    ...(isLinuxBuild ? { libc: [libc] } : {}),
    ...(system ? { os: [system] } : {}),
  }
}

function complete() {
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const missing = missingFromLockfile()
  for (const { path, version, dev } of missing) {
    const { cpu, libc, os } = platformOf(path)
    lock.packages[path] = {
      version,
      cpu,
      ...(dev ? { dev } : {}),
      ...(libc ? { libc } : {}),
      optional: true,
      os,
    }
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`lockfile: ${missing.length} builds for other platforms added`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) complete()
