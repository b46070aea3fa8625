// @ts-check
import { readFileSync, readdirSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { parse } from 'yaml'

/**
 * What the packager puts into the app, by the patterns of electron-builder.yml, and what may be in
 * there at all. The first needs neither the packager nor Electron's runtime; `npm run dist:check`
 * holds both against an app that was really packed.
 */

const root = join(import.meta.dirname, '..')

/** @typedef {{ platform: 'linux' | 'darwin' | 'win32', arch: 'x64' | 'arm64' }} Target */
/** @typedef {{ dev?: boolean, os?: string[], cpu?: string[] }} Locked */

/** @param {Target} target @returns {string[]} */
function patternsFor({ platform, arch }) {
  /** @type {{ files: string[] }} */
  const { files } = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'))
  return files.map((pattern) =>
    pattern.replaceAll('${platform}', platform).replaceAll('${arch}', arch),
  )
}

/** The last pattern that matches decides. @param {string} path @param {readonly string[]} patterns */
function isTaken(path, patterns, taken = false) {
  for (const pattern of patterns) {
    const excludes = pattern.startsWith('!')
    if (excludes !== taken) continue
    if (matchesGlob(path, excludes ? pattern.slice(1) : pattern)) taken = !taken
  }
  return taken
}

/** The packages that are needed to run it, as they lie in node_modules. @param {Target} target */
function packageFolders({ platform, arch }) {
  /** @type {Record<string, Locked>} */
  const packages = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(packages)
    .filter(([path, { dev = false, os = [platform], cpu = [arch] }]) => {
      return path !== '' && !dev && os.includes(platform) && cpu.includes(arch)
    })
    .map(([path]) => path)
}

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  /** @type {import('node:fs').Dirent[]} */
  let entries = []
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true })
  } catch {
    // A build for another system, which is not installed here.
  }
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    // A package within a package is listed by itself.
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesIn(path)
    return [path]
  })
}

/**
 * @param {Target} target
 * @param {readonly string[]} ownFiles what lies in the project, its packages aside
 */
export function packagedFiles(target, ownFiles) {
  const patterns = patternsFor(target)
  const excluding = patterns.filter((pattern) => pattern.startsWith('!'))
  const own = ownFiles.filter((path) => isTaken(path, patterns))
  const packages = packageFolders(target)
    .flatMap(filesIn)
    .filter((path) => isTaken(path, excluding, true))
  return [...own, ...packages].sort()
}

const ours = [
  /^package\.json$/,
  /^LICENSE$/,
  /^dist\/shell\/(?:main|preload|mover|[\w.-]+-[\w-]{8})\.c?js$/,
  /^dist\/shell\/icons\/\w+(?:@2x)?\.png$/,
  /^dist\/renderer\/index\.html$/,
  /^dist\/renderer\/assets\/[\w.-]+\.(?:js|css|svg|woff2|png)$/,
]
const ofPackages =
  /^node_modules\/.*(?:\.(?:js|cjs|mjs|json|node|wasm)|\/(?:[\w.-]+[-.])?(?:LICEN[CS]E|COPYING|NOTICE)[\w.-]*)$/i
const nowhere = /\/(?:tests?|__tests__|docs?|examples?|bench(?:mark)?s?|coverage|deps)\//

/** What has no business in the app. @param {readonly string[]} files @param {Target} target */
export function unneededIn(files, { platform, arch }) {
  return files.filter((path) => {
    if (!path.startsWith('node_modules/')) return !ours.some((shape) => shape.test(path))
    if (!ofPackages.test(path) || nowhere.test(path)) return true
    return path.endsWith('.node') && !(path.includes(platform) && path.includes(arch))
  })
}
