import { execFile } from 'node:child_process'

/**
 * Whether an icon would be seen. Windows and macOS always show it; on Linux only a desktop with a
 * host for status icons does, and Electron makes an icon without a word where there is none. A
 * window hidden behind an icon nobody sees could not be reached.
 */
type Run = (command: string, args: readonly string[]) => Promise<string>

const host = 'org.kde.StatusNotifierWatcher'
const object = '/StatusNotifierWatcher'
const get = 'org.freedesktop.DBus.Properties.Get'
const property = 'IsStatusNotifierHostRegistered'

/** Two tools can ask; a desktop has one of them. */
const questions = [
  [
    'gdbus',
    `call --session --timeout 2 --dest ${host} --object-path ${object} --method ${get} ${host} ${property}`,
  ],
  [
    'dbus-send',
    `--session --print-reply --reply-timeout=2000 --dest=${host} ${object} ${get} string:${host} string:${property}`,
  ],
] as const

export async function hasTray(platform: NodeJS.Platform, run: Run = runTool): Promise<boolean> {
  if (platform !== 'linux') return true
  for (const [command, args] of questions) {
    const answer = await run(command, args.split(' ')).catch(() => null)
    if (answer !== null) return /\btrue\b/.test(answer)
  }
  return false
}

function runTool(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { timeout: 3_000, maxBuffer: 4_096 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
  })
}
