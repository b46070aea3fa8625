import { randomInt } from 'node:crypto'
import { isIPv4 } from 'node:net'
import type { Dialect, Granted, Outside, Wanted } from '../dialect.ts'
import type { Router } from '../udp-question.ts'
import { askByHttp, urlAt } from './http-question.ts'
import { findDescription, type Ssdp } from './search.ts'
import { elementsOf, textOf } from './xml.ts'

/** UPnP Internet Gateway Device: the services WANIPConnection and WANPPPConnection. */

const serviceTypes = new Set([
  'urn:schemas-upnp-org:service:WANIPConnection:2',
  'urn:schemas-upnp-org:service:WANIPConnection:1',
  'urn:schemas-upnp-org:service:WANPPPConnection:1',
])

/** A port that somebody else has is left alone, and another one asked for. */
const taken = '718'
const maxPorts = 3
const dynamicPorts = [49_152, 65_536] as const

interface Service {
  readonly type: string
  readonly control: URL
}

export function servicesIn(description: string, location: URL, router: Router): Service[] {
  // A base of its own is out of date since UPnP 1.1, and still told by many.
  const base = urlAt(textOf(description, 'URLBase') ?? location.href, router) ?? location
  return elementsOf(description, 'service').flatMap((service) => {
    const type = textOf(service, 'serviceType')
    const control = urlAt(textOf(service, 'controlURL') ?? '', router, base)
    return control && type !== null && serviceTypes.has(type) ? [{ type, control }] : []
  })
}

export async function speakUpnp(router: Router, ssdp: Ssdp): Promise<Dialect | null> {
  const location = await findDescription(router, ssdp)
  const description = location && (await askByHttp(router, { url: location, post: null }))
  if (!location || description?.status !== 200) return null
  // A router may have a line for each kind of access, of which one is connected.
  for (const service of servicesIn(description.text, location, router).slice(0, maxServices)) {
    const igd = new Igd(router, service)
    const outside = await igd.outside()
    if (outside !== null) return dialectOf(igd, outside)
  }
  return null
}

const maxServices = 4

function dialectOf(igd: Igd, outside: string): Dialect {
  return {
    protocol: 'UPnP',
    outside,
    map: (wanted) => igd.map(wanted),
    unmap: (_, mapping) => igd.unmap(mapping),
  }
}

interface Answered {
  readonly content: string | null
  /** A code of UPnP; null where the router did as it was asked. */
  readonly error: string | null
  readonly source: string
}

class Igd {
  readonly #router: Router
  readonly #service: Service

  constructor(router: Router, service: Service) {
    this.#router = router
    this.#service = service
  }

  async outside(): Promise<string | null> {
    return (await this.#whereabouts())?.host ?? null
  }

  async map({ port, held, seconds }: Wanted): Promise<Granted> {
    const whereabouts = await this.#whereabouts()
    if (!whereabouts) return null
    const { host, source } = whereabouts
    const isStill = held?.host === host
    let external = isStill ? held.port : port
    for (let tries = 0; tries < maxPorts; tries++) {
      const answered = await this.#call('AddPortMapping', {
        NewRemoteHost: '',
        NewExternalPort: external,
        NewProtocol: 'TCP',
        NewInternalPort: port,
        NewInternalClient: source,
        NewEnabled: 1,
        NewPortMappingDescription: 'Gangway',
        NewLeaseDuration: seconds,
      })
      if (!answered) return null
      if (answered.error === null) return { host, port: external, seconds }
      if (answered.error !== taken) return 'refused'
      external = randomInt(...dynamicPorts)
    }
    return 'refused'
  }

  async unmap({ port }: Outside): Promise<void> {
    await this.#call('DeletePortMapping', {
      NewRemoteHost: '',
      NewExternalPort: port,
      NewProtocol: 'TCP',
    })
  }

  async #whereabouts(): Promise<{ readonly host: string; readonly source: string } | null> {
    const answered = await this.#call('GetExternalIPAddress', {})
    const host = answered && textOf(answered.content ?? '', 'NewExternalIPAddress')
    return host !== null && isIPv4(host) ? { host, source: answered?.source ?? '' } : null
  }

  async #call(
    action: string,
    values: Readonly<Record<string, string | number>>,
  ): Promise<Answered | null> {
    const { type, control } = this.#service
    const told = await askByHttp(this.#router, {
      url: control,
      post: {
        body: envelope(type, action, values),
        headers: {
          'content-type': 'text/xml; charset="utf-8"',
          soapaction: `"${type}#${action}"`,
        },
      },
    })
    if (!told) return null
    const [content = null] = elementsOf(told.text, `${action}Response`)
    if (told.status === 200 && content !== null) {
      return { content, error: null, source: told.source }
    }
    const error = textOf(told.text, 'errorCode')
    return error === null ? null : { content: null, error, source: told.source }
  }
}

/** All values are numbers, addresses and words of ours: nothing in them needs to be written otherwise. */
function envelope(
  type: string,
  action: string,
  values: Readonly<Record<string, string | number>>,
): string {
  const inner = Object.entries(values).map(([name, value]) => `<${name}>${value}</${name}>`)
  return [
    '<?xml version="1.0"?>',
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"',
    ' s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>',
    `<u:${action} xmlns:u="${type}">${inner.join('')}</u:${action}>`,
    '</s:Body></s:Envelope>',
  ].join('')
}
