import type { App, Session } from 'electron'
import { Public, type Log } from '#core/base/log.ts'
import { appPage } from './scheme.ts'

/**
 * Whatever web contents ever come to be, in whatever way: they stay on the page they were given,
 * open nothing, and embed nothing.
 */
export function guardContents(app: App, log: Log): void {
  const denied = (what: string) => log.warn('denied', { what: new Public(what) })
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-frame-navigate', (event) => {
      // To load the same page again is no way out.
      if (event.isMainFrame && event.url === appPage) return
      event.preventDefault()
      denied('navigation')
    })
    contents.on('will-redirect', (event) => {
      event.preventDefault()
      denied('redirection')
    })
    contents.on('will-attach-webview', (event) => {
      event.preventDefault()
      denied('webview')
    })
    contents.setWindowOpenHandler(() => {
      denied('new window')
      return { action: 'deny' }
    })
  })
}

/** Putting text on the clipboard is the one right the page has of those a page must ask for. */
export function denyPermissions(session: Session): void {
  const may = (permission: string) => permission === 'clipboard-sanitized-write'
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(may(permission)))
  session.setPermissionCheckHandler((_contents, permission) => may(permission))
  session.setDevicePermissionHandler(() => false)
  // Dictionaries would be fetched from the internet.
  session.setSpellCheckerEnabled(false)
}
