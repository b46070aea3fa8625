// @ts-check
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { build, runnerImport } from 'vite'

/**
 * Takes pictures of the built page over made-up devices, in both themes: those of the README, or,
 * with a folder, those of every screen or the ones named after it, wide and narrow, and some in
 * German: `node scripts/screenshots.js [folder [name…]]`.
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
 * @property {boolean} [inGerman] where German words take their room
 * @property {(fake: Home) => void} [turn]
 * @property {(page: import('playwright-core').Page, fake: Home) => unknown} [act]
 */

/** @param {Home} fake @param {import('../shared/desktop.ts').Opened | null} opened */
function inApp({ desktop }, opened) {
  const habits = { stay: true, startAtLogin: false, updates: false }
  const can = { stay: true, startAtLogin: true, updates: false }
  desktop.set({ kind: 'app', habits, can, opened })
}

/** @type {readonly Picture[]} */
const pictures = [
  {
    name: 'home',
    at: studio,
    inReadme: true,
    inGerman: true,
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
    inGerman: true,
    turn: ({ transfers }) => transfers.put(fakeOffer(9)),
  },
  { name: 'history', at: '#/history', inGerman: true, turn: (fake) => busy(fake) },
  {
    name: 'undo',
    at: '#/history',
    inGerman: true,
    turn: (fake) => busy(fake),
    act: (page) => page.getByRole('button', { name: 'Clear history' }).click(),
  },
  { name: 'settings', at: '#/settings', inGerman: true },
  { name: 'now', at: '#/here', turn: (fake) => busy(fake) },
  { name: 'here', at: '#/here', inGerman: true },
  { name: 'pair', at: '#/pair', inReadme: true, inGerman: true, turn: (fake) => showing(fake) },
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
  { name: 'pair-ask', at: '#/pair', inGerman: true, turn: (fake) => asking(fake) },
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
  {
    name: 'opened-files',
    at: '#/',
    inGerman: true,
    turn: (fake) => {
      const names = ['Holiday.mov', 'Notes.txt', 'Shoot', 'Plan.pdf', 'Tax 2025.zip', 'a', 'b']
      const paths = names.map((name) => `/home/ada/${name}`)
      inApp(fake, { what: 'files', id: 1, paths })
    },
  },
  {
    name: 'opened-link',
    at: '#/',
    turn: (fake) => inApp(fake, { what: 'link', id: 1, link: 'gangway://pair?v=1&k=3f9a' }),
  },
  {
    name: 'settings-app',
    at: '#/settings',
    inGerman: true,
    turn: (fake) => inApp(fake, null),
    act: (page) => page.getByText('Keep running').scrollIntoViewIfNeeded(),
  },
  {
    name: 'history-app',
    at: '#/history',
    turn: (fake) => {
      inApp(fake, null)
      busy(fake)
    },
    act: (page) =>
      page
        .getByRole('button', { name: /^Show files/ })
        .nth(1)
        .click(),
  },
  { name: 'doctor', at: '#/doctor', inGerman: true },
  { name: 'welcome', at: '#/', inGerman: true, turn: (fake) => newcomer(fake) },
  ...[1, 2, 3].map((steps) => ({
    name: `welcome-${steps}`,
    at: '#/',
    inGerman: true,
    turn: newcomer,
    /** @param {import('playwright-core').Page} page */
    act: async (page) => {
      for (let step = 0; step < steps; step++) {
        await page.getByRole('button', { name: 'Continue' }).click()
      }
    },
  })),
]

/** Nobody has been here yet. @param {Home} fake */
function newcomer({ device, devices }) {
  for (const { id } of devices.rows) devices.remove(id)
  device.set({ ...device.value, settings: { ...device.value.settings, welcomed: false } })
}

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
    for (const view of viewsOf(picture)) await take(picture, view)
  }
} finally {
  await browser.close()
}

/**
 * @typedef {object} View
 * @property {string} name
 * @property {'light' | 'dark'} colorScheme
 * @property {number} [width]
 * @property {'de'} [language]
 */

/** @param {Picture} picture @returns {View[]} */
function viewsOf({ inGerman = false }) {
  /** @type {View[]} */
  const usual = [
    { name: 'light', colorScheme: 'light' },
    { name: 'dark', colorScheme: 'dark' },
  ]
  if (elsewhere === undefined) return usual
  usual.push({ name: 'narrow-dark', colorScheme: 'dark', width: 420 })
  if (!inGerman) return [...usual, { name: 'narrow-light', colorScheme: 'light', width: 420 }]
  return [
    ...usual,
    { name: 'de', colorScheme: 'light', language: 'de' },
    { name: 'narrow-de', colorScheme: 'light', width: 420, language: 'de' },
  ]
}

/** @param {Picture} picture @param {View} view */
async function take({ name, at, turn, act }, { name: view, colorScheme, width = 1_200, language }) {
  const home = await openFakeHome()
  try {
    turn?.(home.fake)
    const viewport = { width, height: width < 720 ? 860 : 780 }
    const visited = await visit(browser, home.url, { colorScheme, viewport, timezoneId: 'UTC' })
    const { page } = visited
    await page.evaluate(`location.hash = ${JSON.stringify(at)}`)
    await page.locator('h1, h2').first().waitFor()
    await act?.(page, home.fake)
    if (language) {
      const device = home.fake.device.value
      home.fake.device.set({ ...device, settings: { ...device.settings, language } })
      await page.locator(`html[lang=${language}]`).waitFor()
    }
    await page.evaluate('document.fonts.ready')
    await page.waitForTimeout(act ? 1_200 : 400)
    const path = join(folder, `${name}-${view}.png`)
    await page.screenshot({ path, animations: 'disabled' })
    await visited[Symbol.asyncDispose]()
    const { size } = await stat(path)
    console.log(`${path}: ${Math.round(size / 1000)} kB`)
    if (size > largestBytes) throw new Error(`${path} is larger than ${largestBytes} bytes`)
  } finally {
    await home.close()
  }
}
