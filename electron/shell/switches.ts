import { Fault } from '#shared/faults.ts'

/**
 * Switches that would let another program read the page, the keys or the memory of the app, or that
 * take down a wall around the page. Electron has no fuse for them, so they are refused at start.
 */
const refused = new Set([
  'allow-file-access-from-files',
  'allow-running-insecure-content',
  'browser-subprocess-path',
  'disable-gpu-sandbox',
  'disable-namespace-sandbox',
  'disable-seccomp-filter-sandbox',
  'disable-setuid-sandbox',
  'disable-site-isolation-trials',
  'disable-web-security',
  'gpu-launcher',
  'host-resolver-rules',
  'host-rules',
  'ignore-certificate-errors',
  'ignore-certificate-errors-spki-list',
  'js-flags',
  'load-extension',
  'log-net-log',
  'no-sandbox',
  'no-zygote',
  'proxy-pac-url',
  'proxy-server',
  'remote-allow-origins',
  'remote-debugging-address',
  'remote-debugging-pipe',
  'remote-debugging-port',
  'renderer-cmd-prefix',
  'single-process',
  'ssl-key-log-file',
  'unsafely-treat-insecure-origin-as-secure',
  'user-data-dir',
  'utility-cmd-prefix',
])

/** What a test driver needs to reach an app that is not packaged, and nothing else. */
const neededToDrive = new Set(['inspect', 'remote-debugging-port', 'no-sandbox'])

function isRefused(name: string): boolean {
  return refused.has(name) || name.startsWith('inspect')
}

/** Chromium takes `-name` for `--name`, on Windows `/name` too, and ignores case there. */
function nameOf(argument: string, platform: NodeJS.Platform): string | null {
  const prefix = platform === 'win32' ? /^(?:--?|\/)([\w-]+)(?:=|$)/ : /^--?([\w-]+)(?:=|$)/
  return prefix.exec(argument)?.[1]?.toLowerCase() ?? null
}

/** Throws on the first argument that is dangerous; `driven` is true only for our own tests. */
export function refuseDangerousSwitches(
  argv: readonly string[],
  driven: boolean,
  platform: NodeJS.Platform = process.platform,
): void {
  for (const argument of argv) {
    const name = nameOf(argument, platform)
    if (name === null || !isRefused(name)) continue
    if (driven && neededToDrive.has(name)) continue
    throw new Fault('switch.refused', { switch: `--${name}` })
  }
}
