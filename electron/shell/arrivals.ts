import type { App } from 'electron'
import type { Inbox } from './inbox.ts'
import { filesOpened, linkOpened, openedBy } from './opened.ts'

const scheme = 'gangway'

/**
 * Links and files reach the app by its command line, by that of a second start, or, on macOS, as
 * events that come even before it is ready: so this runs first of all.
 */
export function hearArrivals(
  app: Pick<App, 'on' | 'isPackaged' | 'setAsDefaultProtocolClient'>,
  inbox: Inbox,
  ownFiles: readonly string[],
  platform: NodeJS.Platform = process.platform,
): void {
  const take = (argv: readonly string[], from: string) =>
    inbox.put(openedBy(argv.slice(1), from, ownFiles))
  take(process.argv, process.cwd())
  app.on('second-instance', (_event, argv, from) => take(argv, from))
  app.on('open-url', (event, url) => {
    event.preventDefault()
    inbox.put(linkOpened(url))
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    inbox.put(filesOpened([path], process.cwd()))
  })
  // Run from its sources it would register Electron itself; packages for Linux say it themselves.
  if (!app.isPackaged || platform === 'linux') return
  // What stands in a link after this is no flag, whatever it looks like.
  const args = platform === 'win32' ? ['--'] : []
  app.setAsDefaultProtocolClient(scheme, process.execPath, args)
}
