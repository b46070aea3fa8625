import type { AnnouncedService, HeardService, Service } from './packets.ts'

/** In which words services are announced, and which are understood. */
export interface Dialect {
  /** The service types that are asked for and heard. */
  types(): readonly string[]
  speak(service: Service): AnnouncedService
  /** Null for what is not meant for us. */
  understand(service: HeardService): HeardService | null
}

const serviceType = '_gangway._udp.local'

/** For everybody to hear. */
export const openDialect: Dialect = {
  types: () => [serviceType],
  speak: (service) => ({ ...service, type: serviceType }),
  understand: (service) => service,
}
