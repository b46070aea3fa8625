// @ts-check
import { spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
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
import { createInterface } from 'node:readline'
import { buildIfStale } from './build.js'

/**
 * Sends files of mixed sizes from one node to another, and ends one of the two with SIGKILL at random
 * moments, again and again. Each time everything must arrive as it was, and nothing else.
 *
 *   npm run soak:kill -- [--kills 50] [--megabytes 400] [--seed <number>]
 */

const cli = join(import.meta.dirname, '../dist/headless/cli.js')
const kills = numberOption('kills', 50)
const megabytes = numberOption('megabytes', 400)
/** Then a transfer is left alone, so that it comes to its end. */
const killsEach = 8
const random = seeded(numberOption('seed', Date.now() % 100_000))
const folder = mkdtempSync(join(tmpdir(), 'gangway-soak-'))

/** @param {string} name @param {number} otherwise */
function numberOption(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? otherwise : Number(process.argv[at + 1])
}

/** @param {number} seed */
function seeded(seed) {
  console.log(`seed ${seed}`)
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** @typedef {{ name: string, dataDir: string, downloads: string, child: import('node:child_process').ChildProcess | null }} Node */

/** @param {string} name @returns {Node} */
function node(name) {
  const home = join(folder, name)
  mkdirSync(home, { mode: 0o700 })
  return { name, dataDir: join(home, 'profile'), downloads: join(home, 'downloads'), child: null }
}

/** @param {Node} one @returns {Promise<void>} */
async function live(one) {
  const { name, dataDir, downloads } = one
  const child = spawn(
    process.execPath,
    [cli, 'serve', '--json', '--lan-only', '--name', name, '--downloads', downloads].concat([
      '--data-dir',
      dataDir,
    ]),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  one.child = child
  await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve))
}

/** @param {Node} one @returns {Promise<void>} */
async function die(one) {
  const { child } = one
  one.child = null
  if (!child) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

/** @param {Node} one @param {string[]} args */
function gangway(one, ...args) {
  const line = [cli, ...args, '--json', '--lan-only', '--data-dir', one.dataDir]
  const { stdout } = spawnSync(process.execPath, line, { encoding: 'utf8', timeout: 60_000 })
  const last = stdout.trim().split('\n').at(-1) ?? ''
  return last === '' ? {} : JSON.parse(last)
}

/** @param {Node} host @param {Node} joiner */
async function pair(host, joiner) {
  const line = [cli, 'pair', '--yes', '--json', '--lan-only', '--data-dir', host.dataDir]
  const child = spawn(process.execPath, line, { stdio: ['ignore', 'pipe', 'inherit'] })
  const code = await new Promise((resolve) =>
    createInterface({ input: child.stdout }).once('line', (text) => resolve(JSON.parse(text))),
  )
  const gone = new Promise((resolve) => child.once('exit', resolve))
  gangway(joiner, 'pair', code.phrase, '--yes', '--address', code.addresses[0])
  await gone
}

/** @param {string} at */
function writeFiles(at) {
  const sizes = [0.4, 0.25, 0.15, 0.1, 0.05].map((share) => Math.round(share * megabytes * 1e6))
  mkdirSync(join(at, 'many/deep'), { recursive: true })
  for (const [n, size] of sizes.entries()) writeFileSync(join(at, `${n}.bin`), randomBytes(size))
  for (let n = 0; n < 2_000; n++) {
    const size = Math.floor(random() * 20_000)
    writeFileSync(join(at, 'many', n % 2 ? 'deep' : '.', `${n}`), randomBytes(size))
  }
}

/** @param {string} at @returns {Map<string, string>} */
function hashes(at) {
  const found = new Map()
  for (const name of readdirSync(at, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(at, name)
    if (!statSync(path).isFile()) continue
    found.set(name, createHash('sha256').update(readFileSync(path)).digest('hex'))
  }
  return found
}

/** @param {Node} one @param {string} id */
function stateAt(one, id) {
  const { transfers = [] } = gangway(one, 'transfers')
  return transfers.find((/** @type {{ id: string }} */ row) => row.id === id)
}

/** @param {Node} sender @param {string} id @returns {Promise<boolean>} */
async function arrives(sender, id) {
  for (const until = Date.now() + 120_000; Date.now() < until; await sleep(500)) {
    const row = stateAt(sender, id)
    // What ended before the last start is history.
    if (!row || row.state === 'done') return true
    if (row.state === 'failed') return false
  }
  return false
}

/** It may have been killed before it could: then it does so after its start. @param {Node} receiver */
async function tidiesUp(receiver) {
  const isTidy = () => !existsSync(join(receiver.downloads, '.gangway'))
  for (let tries = 0; tries < 20 && !isTidy(); tries++) await sleep(250)
  return isTidy()
}

/** @param {Node} sender @param {Node} receiver @param {number} round @param {number} left */
async function sendAndKill(sender, receiver, round, left) {
  const name = `set ${round}`
  const source = join(folder, name)
  writeFiles(source)
  const { transferId } = gangway(sender, 'send', source, '--to', receiver.name)
  let killed = 0
  while (killed < Math.min(left, killsEach)) {
    await sleep(100 + random() * 1_500)
    const victim = random() < 0.5 ? sender : receiver
    await die(victim)
    killed += 1
    await live(victim)
    const row = stateAt(sender, transferId)
    console.log(
      `${name}: ${victim.name} killed; ${row?.state ?? 'ended'}, ${row?.bytes ?? 0} bytes`,
    )
    if (!row || row.state === 'done') break
  }
  const hasArrived = await arrives(sender, transferId)
  const wanted = hashes(source)
  const got = hashes(receiver.downloads)
  const wrong = [...wanted].filter(([path, hash]) => got.get(join(name, path)) !== hash).length
  const extra = got.size - (wanted.size - wrong)
  const isTidy = await tidiesUp(receiver)
  console.log(
    `${name}: ${wanted.size} files, ${wrong} wrong, ${extra} too many, ${isTidy ? 'nothing' : 'staging'} left over`,
  )
  const isRight = hasArrived && wrong === 0 && extra === 0 && isTidy
  if (!isRight) console.log(stateAt(sender, transferId), stateAt(receiver, transferId))
  rmSync(source, { recursive: true })
  rmSync(receiver.downloads, { recursive: true, force: true })
  return { killed, isRight }
}

await buildIfStale()
const ada = node('Ada')
const bob = node('Bob')
let isRight = true
try {
  await Promise.all([live(ada), live(bob)])
  await pair(ada, bob)
  gangway(bob, 'trust', 'Ada', 'trusted')
  let killed = 0
  for (let round = 1; isRight && killed < kills; round++) {
    const outcome = await sendAndKill(ada, bob, round, kills - killed)
    killed += outcome.killed
    isRight = outcome.isRight
  }
  console.log(
    `${killed} times killed: ${isRight ? 'everything arrived' : 'not everything is right'}`,
  )
} finally {
  await Promise.all([die(ada), die(bob)])
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = isRight ? 0 : 1
