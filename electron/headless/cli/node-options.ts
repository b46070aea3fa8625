import { resolve } from 'node:path'
import { z } from 'zod'
import { Fault } from '#shared/faults.ts'
import { isDeviceId } from '#shared/ids.ts'
import { deviceNameSchema, settingsSchema, type Settings, type StaticPeer } from '#shared/model.ts'
import type { AskedOfNode } from './command.ts'
import type { OptionSpecs } from './options.ts'

/** Options of every command that may have to run a node itself. */
export const nodeOptions = {
  name: { type: 'string', placeholder: '<name>', about: 'what this device is called' },
  downloads: { type: 'string', placeholder: '<folder>', about: 'where received files land' },
  'lan-only': { type: 'boolean', about: 'no packet leaves the local network' },
  visible: { type: 'boolean', about: 'show name and id to everyone on the local network' },
  'router-port': {
    type: 'boolean',
    about: 'let the router open a port while files go elsewhere (default; --no-router-port: never)',
  },
  relay: { type: 'string', placeholder: '<url>', about: 'a relay of your own' },
  cap: {
    type: 'string',
    placeholder: '<rate>',
    about: 'bytes a second for all transfers together: 500k, 20M, 1G',
  },
  'status-minutes': {
    type: 'string',
    placeholder: '<minutes>',
    about: 'how often paired devices are told how this one is doing',
  },
  'force-relay': {
    type: 'boolean',
    about: 'dial devices through the relay only (an experiment)',
  },
  'udp-port': {
    type: 'string',
    placeholder: '<port>',
    about: 'where other devices find this one (default: a free one)',
  },
  peer: {
    type: 'string',
    multiple: true,
    placeholder: '<id>@<host:port>',
    about: 'a device at a known address (repeatable)',
  },
} as const satisfies OptionSpecs

export const portSchema = z
  .string()
  .regex(/^\d{1,5}$/, 'a port is a number from 0 to 65535')
  .transform(Number)
  .refine((port) => port <= 65_535, 'a port is a number from 0 to 65535')

const rateUnits = { '': 1, k: 1e3, m: 1e6, g: 1e9 } as const

const capSchema = z
  .string()
  .regex(/^\d{1,12}[kmg]?$/i, 'a rate is a number, with k, M or G behind it')
  .transform((text): Settings['caps'] => {
    const unit = z.enum(['', 'k', 'm', 'g']).parse(text.replace(/\d+/, '').toLowerCase())
    return { all: Number.parseInt(text, 10) * rateUnits[unit], devices: {} }
  })
  .pipe(settingsSchema.shape.caps)

/** `<id>@<host>:<port>`; an IPv6 address stands in brackets. */
const peerPattern =
  /^(?<id>[0-9a-f]{64})@(?:\[(?<v6>[0-9a-f:.]+)\]|(?<host>[\w.-]+)):(?<port>\d{1,5})$/i

export const peerSchema = z.string().transform((text, context): StaticPeer => {
  const { id = '', v6, host = '', port } = peerPattern.exec(text)?.groups ?? {}
  const number = Number(port)
  const lowerId = id.toLowerCase()
  if (isDeviceId(lowerId) && number > 0 && number <= 65_535) {
    return { id: lowerId, host: v6 ?? host, port: number }
  }
  context.addIssue({ code: 'custom', message: 'a peer is written <id>@<host>:<port>' })
  return z.NEVER
})

export const nodeSchema = z.object({
  name: deviceNameSchema.optional(),
  downloads: z
    .string()
    .min(1)
    .transform((folder) => resolve(folder))
    .optional(),
  'lan-only': z.boolean().optional(),
  visible: z.boolean().optional(),
  'router-port': z.boolean().optional(),
  relay: settingsSchema.shape.relay.unwrap().optional(),
  cap: capSchema.optional(),
  'status-minutes': z.coerce.number().pipe(settingsSchema.shape.statusMinutes).optional(),
  'force-relay': z.boolean().default(false),
  'udp-port': portSchema.optional(),
  peer: z.array(peerSchema).max(256).default([]),
})
export type NodeInput = z.infer<typeof nodeSchema>

/** What the options ask of the node that runs with them. */
export function askedOf(input: NodeInput): AskedOfNode {
  const forceRelay = input['force-relay']
  if (forceRelay && input['lan-only']) {
    throw new Fault('usage.invalid', { problem: 'There is no relay with --lan-only' })
  }
  return {
    overrides: overridesOf(input),
    peers: input.peer,
    forceRelay,
    udpPort: input['udp-port'],
  }
}

function overridesOf(input: NodeInput): Partial<Settings> {
  const { name, downloads, visible, relay, cap } = input
  const statusMinutes = input['status-minutes']
  const lanOnly = input['lan-only']
  const routerPort = input['router-port']
  return {
    ...(name === undefined ? {} : { name }),
    ...(downloads === undefined ? {} : { downloads }),
    ...(visible === undefined ? {} : { visible }),
    ...(lanOnly === undefined ? {} : { lanOnly }),
    ...(routerPort === undefined ? {} : { routerPort }),
    ...(relay === undefined ? {} : { relay }),
    ...(cap === undefined ? {} : { caps: cap }),
    ...(statusMinutes === undefined ? {} : { statusMinutes }),
  }
}
