// @ts-check
import { readdirSync, readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, runnerImport } from 'vite'

/** What the page costs, in a real browser over made-up devices: `npm run bench:page`. */

const root = join(import.meta.dirname, '..')
const loads = 5
const rounds = 5
const transfers = 200
const changesPerSecond = 60
const seconds = 5

/**
 * @template Module
 * @param {string} path a TypeScript file of the tests
 * @returns {Promise<Module>}
 */
async function load(path) {
  const { module } = await runnerImport(join(root, path), { root, configFile: false })
  return /** @type {Module} */ (module)
}

// First of all: loading modules makes this a development process, and React with it.
await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })

/** @type {typeof import('../tests/support/fake-home.ts')} */
const { openFakeHome } = await load('tests/support/fake-home.ts')
/** @type {typeof import('../tests/support/fake-transfers.ts')} */
const { fakeTransfer } = await load('tests/support/fake-transfers.ts')
/** @type {typeof import('../tests/support/fake-devices.ts')} */
const { fakeId } = await load('tests/support/fake-devices.ts')
/** @type {typeof import('../tests/support/browser.ts')} */
const { launchBrowser, visit } = await load('tests/support/browser.ts')

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** From the first request of a fresh profile to the first words on the screen. */
async function firstPaints() {
  const home = await openFakeHome()
  const found = []
  try {
    for (let n = 0; n < loads; n++) {
      const visited = await visit(browser, home.url)
      const { page } = visited
      await page.getByText('Studio').first().waitFor()
      const paint = 'performance.getEntriesByName("first-contentful-paint")[0].startTime'
      found.push(Number(await page.evaluate(paint)))
      await visited[Symbol.asyncDispose]()
    }
  } finally {
    await home.close()
  }
  return found
}

/** How much of a core the page takes while every transfer changes 60 times a second. */
async function shares() {
  const home = await openFakeHome()
  const device = fakeId(0x51)
  /** @param {number} n @param {number} step */
  const row = (n, step) =>
    fakeTransfer(n, {
      device,
      state: 'moving',
      lane: 'tcp',
      bytes: step % 1_000,
      rate: 1e6 + step,
      etaSeconds: 1_000 - (step % 1_000),
    })
  const put = (/** @type {number} */ step) => {
    for (let n = 1; n <= transfers; n++) home.fake.transfers.put(row(n, step))
  }
  put(0)
  const scripting = []
  const tasks = []
  try {
    const { page } = await visit(browser, home.url)
    await page.getByText('Studio').first().waitFor()
    await page.evaluate(`location.hash = '#/device/${device}'`)
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Performance.enable')
    const look = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics')
      const of = (/** @type {string} */ name) =>
        metrics.find((metric) => metric.name === name)?.value ?? 0
      return { at: of('Timestamp'), script: of('ScriptDuration'), task: of('TaskDuration') }
    }
    let step = 0
    const timer = setInterval(() => put((step += 1)), 1_000 / changesPerSecond)
    for (let round = 0; round < rounds; round++) {
      const before = await look()
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
      const after = await look()
      const share = (/** @type {'script' | 'task'} */ of) =>
        (100 * (after[of] - before[of])) / (after.at - before.at)
      scripting.push(share('script'))
      tasks.push(share('task'))
    }
    clearInterval(timer)
    console.log(`${step} changes of ${transfers} rows in ${rounds * seconds} s`)
  } finally {
    await home.close()
  }
  return { scripting, tasks }
}

/** @param {(name: string) => boolean} isWanted */
function gzipped(isWanted) {
  const folder = join(root, 'dist/renderer/assets')
  const names = readdirSync(folder).filter(isWanted)
  const bytes = names.map((name) => gzipSync(readFileSync(join(folder, name))).length)
  return bytes.reduce((sum, size) => sum + size, 0) / 1_000
}

const browser = await launchBrowser()
try {
  const paints = await firstPaints()
  const { scripting, tasks } = await shares()
  const load1 = (loadavg()[0] ?? 0).toFixed(1)
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}; load ${load1}`)
  const rows = [
    ['first paint', `${median(paints).toFixed(0)} ms`, '< 1,000 ms'],
    ['scripts, gzip', `${gzipped((name) => name.endsWith('.js')).toFixed(0)} kB`, '< 350 kB'],
    [
      `scripting, ${transfers} transfers, ${changesPerSecond} changes a second`,
      `${median(scripting).toFixed(1)} % of a core`,
      '< 25 %',
    ],
    ['the same, with style, layout and paint', `${median(tasks).toFixed(1)} % of a core`, '–'],
  ]
  const lines = [['work', 'p50', 'reach'], ['---', '---', '---'], ...rows]
  console.log(lines.map((line) => `| ${line.join(' | ')} |`).join('\n'))
} finally {
  await browser.close()
}
