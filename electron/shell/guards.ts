import type { App, Session } from 'electron'
import { Public, type Log } from '#core/base/log.ts'

/**
 * Whatever web contents ever come to be, in whatever way: they stay on the page they were given,
 * open nothing, and embed nothing.
 */
export function guardContents(app: App, log: Log): void {
  const denied = (what: string) => log.warn('denied', { what: new Public(what) })
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      event.preventDefault()
      denied('navigation')
    })
    contents.on('will-frame-navigate', (event) => {
      event.preventDefault()
      denied('navigation of a frame')
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

/** The page needs no right that a page must ask for. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  // Dictionaries would be fetched from the internet.
  session.setSpellCheckerEnabled(false)
}
