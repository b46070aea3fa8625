// @ts-check
import { register } from 'node:module'

/** In a process started with this, `import 'electron'` means the stand-in. */
const standIn = JSON.stringify(process.env['GANGWAY_STAND_IN'])
const hook = `export const resolve = (specifier, context, next) =>
  specifier === 'electron' ? { url: ${standIn}, shortCircuit: true } : next(specifier, context)`
register(`data:text/javascript,${encodeURIComponent(hook)}`)
