import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { ThisDevice } from '#shared/model.ts'
import { Lifetime } from '#core/base/lifetime.ts'
import { openControl } from '#core/control/open-control.ts'
import { apiTokenOf, tokenChecker } from '../api-token.ts'
import { makePrivateFolder } from '../private-folder.ts'
import { openPageServer } from '../serve/server.ts'
import { loadStaticFiles } from '../serve/static-files.ts'
import { whereToListen, type Where } from '../serve/where.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { askedOf, nodeOptions, nodeSchema, portSchema } from './node-options.ts'
import { openBrowser } from './open-browser.ts'
import { printable } from './output.ts'

/** Built code runs as dist/headless/*.js, beside dist/renderer. */
const rendererFolder = fileURLToPath(new URL('../renderer', import.meta.url))

const schema = nodeSchema.extend({
  port: portSchema.default(0),
  host: z.string().default('127.0.0.1'),
  'allow-host': z
    .array(
      z.string().regex(/^(?:[\w.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/, 'is no name of a computer'),
    )
    .max(16)
    .default([]),
  open: z.boolean().default(false),
})

export const serve = defineCommand({
  name: 'serve',
  about: 'run Gangway and show its page to this computer’s browser',
  options: {
    port: {
      type: 'string',
      placeholder: '<port>',
      about: 'port of the page (default: a free one)',
    },
    host: {
      type: 'string',
      placeholder: '<address>',
      about: 'address of the page (default: 127.0.0.1, this computer only)',
    },
    'allow-host': {
      type: 'string',
      multiple: true,
      placeholder: '<name>',
      about: 'a name the page may be called by beyond this computer (repeatable)',
    },
    ...nodeOptions,
    open: { type: 'boolean', about: 'open the page in the browser' },
  },
  schema,
  async run(input, context) {
    const { dataDir, clock, version, secrets } = context
    const { host, port, 'allow-host': allowHosts } = input
    const password = secrets.password()
    // Said before anything is opened or written.
    const where = whereToListen({ host, allowHosts, hasPassword: password !== undefined })
    makePrivateFolder(dataDir)
    const isApiToken = tokenChecker(apiTokenOf(dataDir, secrets.apiToken()))
    const files = await loadStaticFiles(rendererFolder)
    await using lifetime = new Lifetime()
    const page = lifetime.own(
      await openPageServer({ where, port, files, version, password, isApiToken, clock }),
    )
    const node = lifetime.own(await context.openNode(askedOf(input)))
    const { core, log } = node
    const shared = { api: core.api, clock, log }
    lifetime.own(await openControl({ ...shared, dataDir }))
    page.serve({ ...shared, drops: core.drops, metrics: core.metrics })
    lifetime.defer(() => page.windUp())
    log.room('serve').info('listening', { port: page.port })
    announce(context, where, page.url, core.device.value)
    if (input.open) lifetime.own(openBrowser(page.url, dataDir, clock))
    await aborted(context.signal)
  },
})

function announce(
  { out }: CommandContext,
  where: Where,
  url: string,
  { id, settings: { name } }: ThisDevice,
): void {
  if (out.json) return out.document({ event: 'ready', url, deviceId: id, name })
  out.line(`Gangway runs as ${out.style.bold(printable(name))}.`)
  out.line('')
  out.line(
    `  Open it   ${out.style.bold(url)}${where.isExposed ? '  (it asks for the password)' : ''}`,
  )
  out.line(`  Stop it   ${out.style.dim('Ctrl-C')}`)
  if (where.isExposed) out.complain(warning)
}

const warning =
  'The page can be reached from beyond this computer: whoever has the password can do with Gangway what you can. Put TLS in front of it; browsers that come without are refused.'

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
