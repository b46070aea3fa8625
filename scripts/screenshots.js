// @ts-check
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { build, runnerImport } from 'vite'

/**
 * Takes pictures of the built page over made-up devices, in both themes: those of the README, or,
 * with a folder, those of every screen or the ones named after it:
 * `node scripts/screenshots.js [folder [name…]]`.
 */

const root = join(import.meta.dirname, '..')
const [elsewhere, ...wanted] = process.argv.slice(2)
const folder = elsewhere ?? join(root, 'docs/images')
const largestBytes = 150_000

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
/** @type {typeof import('../tests/support/fake-pairing.ts')} */
const { asking, failing, fakeCandidate, fakeWords, showing, stage } = await load(
  'tests/support/fake-pairing.ts',
)
/** @type {typeof import('../tests/support/browser.ts')} */
const { launchBrowser, visit } = await load('tests/support/browser.ts')

/** @type {typeof import('../tests/support/fake-busy.ts')} */
const { busy, fakeOffer } = await load('tests/support/fake-busy.ts')

const studio = `#/device/${fakeCandidate.id}`

/** @typedef {Awaited<ReturnType<typeof openFakeHome>>['fake']} Home */

/**
 * @typedef {object} Picture
 * @property {string} name
 * @property {string} at where in the app
 * @property {boolean} [inReadme]
 * @property {(fake: Home) => void} [turn]
 * @property {(page: import('playwright-core').Page, fake: Home) => unknown} [act]
 */

/** @type {readonly Picture[]} */
const pictures = [
  {
    name: 'home',
    at: studio,
    inReadme: true,
    turn: (fake) => busy(fake),
    act: (_, fake) => moving(fake),
  },
  { name: 'devices', at: studio },
  {
    name: 'files',
    at: studio,
    turn: (fake) => busy(fake),
    act: async (page) => {
      await page.getByRole('button', { name: /^Show files: Shoot/ }).click()
      await page
        .getByRole('button', { name: /^Receipt of/ })
        .first()
        .click()
    },
  },
  {
    name: 'offer',
    at: '#/here',
    turn: ({ transfers }) => transfers.put(fakeOffer(9)),
  },
  { name: 'history', at: '#/history', turn: (fake) => busy(fake) },
  { name: 'settings', at: '#/settings' },
  { name: 'now', at: '#/here', turn: (fake) => busy(fake) },
  { name: 'here', at: '#/here' },
  { name: 'pair', at: '#/pair', inReadme: true, turn: (fake) => showing(fake) },
  {
    name: 'pair-link',
    at: '#/pair',
    turn: (fake) => showing(fake, { triesLeft: 1 }),
    act: (page) => page.getByRole('button', { name: 'QR and link' }).click(),
  },
  {
    name: 'pair-file',
    at: '#/pair',
    turn: (fake) => showing(fake),
    act: (page) => page.getByRole('button', { name: 'Make a file' }).click(),
  },
  {
    name: 'pair-type',
    at: '#/pair/type',
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Word 1 of 5' }).fill(fakeWords.slice(0, 3).join(' '))
      await page.getByRole('textbox', { name: 'Word 4 of 5' }).pressSequentially('orb')
    },
  },
  {
    name: 'pair-wrong',
    at: '#/pair/type',
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Word 1 of 5' }).fill('brave lion sunsit orbit')
      await page.getByRole('textbox', { name: 'Word 3 of 5' }).focus()
    },
  },
  { name: 'pair-ask', at: '#/pair', turn: (fake) => asking(fake) },
  { name: 'pair-elsewhere', at: '#/here', turn: (fake) => asking(fake) },
  {
    name: 'pair-wait',
    at: '#/pair',
    turn: (fake) => stage(fake, { state: 'waiting', device: fakeCandidate }),
  },
  {
    name: 'pair-done',
    at: '#/pair',
    turn: (fake) => showing(fake),
    act: (_, fake) => stage(fake, { state: 'paired', device: fakeCandidate }),
  },
  { name: 'pair-failed', at: '#/pair', turn: (fake) => failing(fake, 'pairing.guessed') },
  {
    name: 'text',
    at: studio,
    turn: ({ texts }) => {
      const from = fakeCandidate.id
      texts.put({ id: '1', from, text: 'https://example.org/minutes', at: Date.now() })
      texts.put({ id: '2', from, text: 'The train leaves at 10:42.', at: Date.now() - 1 })
    },
    act: (page) => page.getByRole('button', { name: 'Send text' }).click(),
  },
  {
    name: 'text-arrived',
    at: '#/here',
    turn: ({ texts }) =>
      texts.put({
        id: '1',
        from: fakeCandidate.id,
        text: 'https://example.org/minutes',
        at: Date.now(),
      }),
  },
  {
    name: 'remove',
    at: studio,
    act: (page) => page.getByRole('button', { name: /^Remove/ }).click(),
  },
  { name: 'doctor', at: '#/doctor' },
]

/** @param {Picture} picture */
function isWanted({ name, inReadme }) {
  if (elsewhere === undefined) return inReadme
  return wanted.length === 0 || wanted.includes(name)
}

/** A minute of an ordinary network, in seconds. @param {Home} fake */
async function moving(fake) {
  const row = fake.transfers.rows[0]
  if (!row) return
  for (let second = 0; second < 14; second++) {
    const rate = 112e6 - 90e6 * Math.exp(-second / 2) + 6e6 * Math.sin(second)
    fake.transfers.put({ ...row, rate: second === 13 ? 112e6 : rate })
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}

await mkdir(folder, { recursive: true })
const browser = await launchBrowser()
try {
  for (const picture of pictures.filter(isWanted)) {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      await take(picture, colorScheme)
    }
  }
} finally {
  await browser.close()
}

/**
 * @param {Picture} picture
 * @param {'light' | 'dark'} colorScheme
 */
async function take({ name, at, turn, act }, colorScheme) {
  const home = await openFakeHome()
  try {
    turn?.(home.fake)
    const visited = await visit(browser, home.url, { colorScheme, timezoneId: 'UTC' })
    const { page } = visited
    await page.getByText('Studio').first().waitFor()
    await page.evaluate(`location.hash = ${JSON.stringify(at)}`)
    await page.waitForFunction('document.querySelector("h1") !== null')
    await act?.(page, home.fake)
    await page.evaluate('document.fonts.ready')
    await page.waitForTimeout(act ? 1_200 : 400)
    const path = join(folder, `${name}-${colorScheme}.png`)
    await page.screenshot({ path, animations: 'disabled' })
    await visited[Symbol.asyncDispose]()
    const { size } = await stat(path)
    console.log(`${path}: ${Math.round(size / 1000)} kB`)
    if (size > largestBytes) throw new Error(`${path} is larger than ${largestBytes} bytes`)
  } finally {
    await home.close()
  }
}
