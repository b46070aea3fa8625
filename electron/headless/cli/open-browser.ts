import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Clock } from '#core/base/clock.ts'

const fileLivesMs = 30_000

/**
 * Opens the page in the person's browser. Arguments of a process can be read by everybody on the
 * computer, so the browser is given a file only this person can read, and the file has the link.
 */
export function openBrowser(url: string, dataDir: string, clock: Clock): { close(): void } {
  const file = join(dataDir, 'open.html')
  const remove = () => rmSync(file, { force: true })
  remove()
  writeFileSync(file, redirect(url), { mode: 0o600, flag: 'wx' })
  const undo = clock.after(fileLivesMs, remove)
  const child = spawn(opener(), [pathToFileURL(file).href], { stdio: 'ignore', detached: true })
  // Where nothing can open a browser, the printed link still works.
  child.on('error', () => {})
  child.unref()
  return {
    close() {
      undo()
      remove()
    },
  }
}

function redirect(url: string): string {
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Gangway</title><meta http-equiv="refresh" content="0; url=${url}">\n`
}

function opener(): string {
  if (process.platform === 'darwin') return 'open'
  return process.platform === 'win32' ? 'explorer.exe' : 'xdg-open'
}
