// @ts-check
import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Finds a Chromium for the tests, or brings one, and says plainly what it did: an installed
 * Chrome or Chromium; else Playwright's own download; else, as root on Debian, apt.
 */

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const fixedPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @returns {string | null} */
function installedBrowser() {
  const named = process.env['GANGWAY_BROWSER']
  if (named) return isExecutable(named) ? named : null
  const folders = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/bin')
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return [...candidates, ...fixedPlaces].find(isExecutable) ?? null
}

/** @returns {Promise<string | null>} */
async function downloadedBrowser() {
  const { chromium } = await import('playwright-core')
  const path = chromium.executablePath()
  return path && existsSync(path) ? path : null
}

function isDebianRoot() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return /^ID(_LIKE)?=.*debian/m.test(release)
}

/**
 * The path of a browser that is there now, without bringing one.
 * @returns {Promise<string>}
 */
export async function findBrowser() {
  const found = installedBrowser() ?? (await downloadedBrowser())
  if (!found) throw new Error('no Chrome or Chromium found; `npm test` brings one')
  return found
}

/**
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export async function bringBrowser(say) {
  const installed = installedBrowser()
  if (installed) {
    say(`browser: using the installed ${installed}`)
    return installed
  }
  const downloaded = await downloadedBrowser()
  if (downloaded) {
    say(`browser: using the one Playwright downloaded earlier (${downloaded})`)
    return downloaded
  }
  say('browser: none installed, asking Playwright to download one')
  const download = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../node_modules/playwright-core/cli.js'), 'install', 'chromium'],
    { stdio: 'ignore', timeout: 300_000 },
  )
  const fresh = download.status === 0 ? await downloadedBrowser() : null
  if (fresh) {
    say(`browser: downloaded to ${fresh}`)
    return fresh
  }
  if (isDebianRoot()) {
    say('browser: no download possible, installing Debian’s chromium with apt')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env })
    execFileSync(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'],
      { stdio: 'ignore', env },
    )
    return findBrowser()
  }
  throw new Error(
    'The tests need Chrome or Chromium, and none could be found or brought. Install one, or name it in GANGWAY_BROWSER.',
  )
}
