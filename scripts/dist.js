// @ts-check
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAll } from './build.js'
import { packagedFiles, unneededIn } from './packaged.js'

/**
 * `npm run dist` makes the installers of this system; more is said to electron-builder behind `--`.
 * `npm run dist:check` needs no runtime of Electron: it has the app packed for real around a
 * stand-in of it, reads back what is inside and which fuses are set, and compares that with what
 * electron-builder.yml says.
 */

const root = join(import.meta.dirname, '..')
const packager = join(import.meta.dirname, 'packager')
const fuseMark = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** The packager has hundreds of packages, so it is brought only when something is packed. */
function bringPackager() {
  const installed = join(packager, 'node_modules/.package-lock.json')
  const wanted = join(packager, 'package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return
  console.log('dist: installing the packager (scripts/packager)')
  // Not one of its packages needs its install script.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  const { status } = spawnSync('npm', args, {
    cwd: packager,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error('the packager could not be installed')
}

/** @param {readonly string[]} args @param {'inherit' | 'pipe'} stdio */
function pack(args, stdio) {
  const cli = join(packager, 'node_modules/electron-builder/cli.js')
  const all = [cli, ...args, '--publish', 'never']
  const { status, stdout, stderr } = spawnSync(process.execPath, all, {
    cwd: root,
    stdio,
    encoding: 'utf8',
  })
  if (status === 0) return
  if (stdio === 'pipe') console.error(stdout, stderr)
  throw new Error('the packager failed')
}

/** What electron-builder looks for in a runtime, with all fuses as Electron delivers them. @param {string} folder */
function makeRuntime(folder) {
  mkdirSync(join(folder, 'locales'), { recursive: true })
  mkdirSync(join(folder, 'resources'))
  const fuses = Buffer.from('\u0001\u0009101011110', 'latin1')
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.from(fuseMark), fuses]), {
    mode: 0o755,
  })
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version', 'locales/en-US.pak']) {
    writeFileSync(join(folder, name), '')
  }
}

/** Every file of an asar archive: its head is a tree of names in JSON. @param {string} file */
function filesOfArchive(file) {
  const bytes = readFileSync(file)
  const length = bytes.readUInt32LE(12)
  /** @typedef {{ files?: Record<string, Node> }} Node */
  /** @type {Node} */
  const top = JSON.parse(bytes.subarray(16, 16 + length).toString('utf8'))
  /** @param {Node} node @param {string} at @returns {string[]} */
  const below = (node, at) =>
    node.files
      ? Object.entries(node.files).flatMap(([name, inner]) =>
          below(inner, at ? `${at}/${name}` : name),
        )
      : [at]
  return below(top, '').sort()
}

/** @param {string} executable */
function fusesOf(executable) {
  const bytes = readFileSync(executable)
  const at = bytes.indexOf(fuseMark) + fuseMark.length
  return bytes.subarray(at + 2, at + 2 + (bytes[at + 1] ?? 0)).toString('latin1')
}

/** As electron-builder.yml has them, in the order of Electron; the ninth is left as delivered. */
const wantedFuses = '01001100'

function ownFiles() {
  const built = readdirSync(join(root, 'dist'), { recursive: true, withFileTypes: true })
  return [
    'package.json',
    'LICENSE',
    ...built
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(root.length + 1)
          .replaceAll('\\', '/'),
      ),
  ]
}

/** The packager lifts a package out of another where there is room for it. @param {string} path */
function unnested(path) {
  return path.slice(Math.max(0, path.lastIndexOf('node_modules/')))
}

function check() {
  const folder = mkdtempSync(join(tmpdir(), 'gangway-dist-'))
  try {
    const runtime = join(folder, 'runtime')
    const out = join(folder, 'out')
    makeRuntime(runtime)
    const target = /** @type {const} */ ({ platform: 'linux', arch: 'x64' })
    pack(
      ['--linux', 'dir', '--x64', `-c.electronDist=${runtime}`, `-c.directories.output=${out}`],
      'pipe',
    )
    const app = join(out, 'linux-unpacked')
    const files = filesOfArchive(join(app, 'resources/app.asar'))
    const said = new Set(packagedFiles(target, ownFiles()).map(unnested))
    const problems = [
      ...files
        .filter((path) => !said.has(unnested(path)))
        .map((path) => `packed, though electron-builder.yml leaves it out: ${path}`),
      ...unneededIn(files, target).map((path) => `not needed: ${path}`),
      ...[
        'package.json',
        'dist/shell/main.js',
        'dist/shell/preload.cjs',
        'dist/shell/mover.js',
        'dist/renderer/index.html',
      ]
        .filter((path) => !files.includes(path))
        .map((path) => `missing: ${path}`),
    ]
    const fuses = fusesOf(join(app, 'gangway'))
    if (!fuses.startsWith(wantedFuses)) problems.push(`the fuses are ${fuses}, not ${wantedFuses}`)
    if (process.argv.includes('--list')) for (const path of files) console.log(path)
    for (const problem of problems) console.error(problem)
    console.log(
      `dist:check: the configuration is valid; ${files.length} files packed, ${problems.length} problems`,
    )
    process.exitCode = problems.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

bringPackager()
await buildAll()
if (process.argv[2] === '--check') check()
else pack(process.argv.slice(2), 'inherit')
