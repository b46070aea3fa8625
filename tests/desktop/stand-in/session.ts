import type { Session } from 'electron'
import type { CdpSession } from './cdp.ts'

type RequestHandler = NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>
type CheckHandler = NonNullable<Parameters<Session['setPermissionCheckHandler']>[0]>
type Permission = Parameters<CheckHandler>[1]

let onRequest: RequestHandler | null = null
let onCheck: CheckHandler | null = null

const defaultSession = {
  setPermissionRequestHandler(handler) {
    onRequest = handler
  },
  setPermissionCheckHandler(handler) {
    onCheck = handler
  },
  setDevicePermissionHandler() {},
  setSpellCheckerEnabled() {},
} satisfies Pick<
  Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setSpellCheckerEnabled'
>

export const session = { defaultSession }

/** As Electron names them, as the browser does. */
const permissions = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['media', 'camera'],
  ['media', 'microphone'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-sanitized-write', 'clipboard-write'],
  ['midi', 'midi'],
  ['idle-detection', 'idle-detection'],
  ['local-fonts', 'local-fonts'],
  ['screen-wake-lock', 'screen-wake-lock'],
] as const satisfies readonly (readonly [Permission, string])[]

/** Electron grants whatever nobody decides: so does the stand-in, or no test could miss a handler. */
export async function applyPermissions(browser: CdpSession): Promise<void> {
  for (const [permission, name] of permissions) {
    let granted = onRequest === null
    // The handlers of the shell do not look at who asks.
    onRequest?.(null as never, permission, (answer) => (granted = answer), null as never)
    if (onCheck) granted &&= onCheck(null, permission, '', null as never)
    await browser.send('Browser.setPermission', {
      permission: { name },
      setting: granted ? 'granted' : 'denied',
    })
  }
}
