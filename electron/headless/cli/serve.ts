import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { Lifetime } from '#core/base/lifetime.ts'
import { openControl } from '#core/control/open-control.ts'
import { loopbackAddress } from '../serve/loopback.ts'
import { openPageServer } from '../serve/server.ts'
import { loadStaticFiles } from '../serve/static-files.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { askedOf, nodeOptions, nodeSchema, portSchema } from './node-options.ts'
import { openBrowser } from './open-browser.ts'
import { printable } from './output.ts'

/** Built code runs as dist/headless/*.js, beside dist/renderer. */
const rendererFolder = fileURLToPath(new URL('../renderer', import.meta.url))

const schema = nodeSchema.extend({
  port: portSchema.default(0),
  host: z.string().default('127.0.0.1'),
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
    host: { type: 'string', placeholder: '<address>', about: 'loopback address of the page' },
    ...nodeOptions,
    open: { type: 'boolean', about: 'open the page in the browser' },
  },
  schema,
  async run(input, context) {
    // Said before anything is opened or written.
    loopbackAddress(input.host)
    await using lifetime = new Lifetime()
    const { dataDir, clock, version } = context
    const files = await loadStaticFiles(rendererFolder)
    const node = lifetime.own(await context.openNode(askedOf(input)))
    const { core, log } = node
    const shared = { api: core.api, clock, log }
    lifetime.own(await openControl({ ...shared, dataDir }))
    const { host, port } = input
    const page = lifetime.own(
      await openPageServer({ ...shared, host, port, files, version, drops: core.drops }),
    )
    log.room('serve').info('listening', { port: page.port })
    const { id, settings } = core.device.value
    announce(context, page.url, id, settings.name)
    if (input.open) lifetime.own(openBrowser(page.url, dataDir, clock))
    await aborted(context.signal)
  },
})

function announce({ out }: CommandContext, url: string, deviceId: string, name: string): void {
  if (out.json) return out.document({ event: 'ready', url, deviceId, name })
  out.line(`Gangway runs as ${out.style.bold(printable(name))}.`)
  out.line('')
  out.line(`  Open it   ${out.style.bold(url)}`)
  out.line(`  Stop it   ${out.style.dim('Ctrl-C')}`)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
