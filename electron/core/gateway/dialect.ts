/** How a router is asked for a port, in the order in which that is tried. */
export type RouterProtocol = 'PCP' | 'NAT-PMP' | 'UPnP'

export interface Outside {
  readonly host: string
  readonly port: number
}

export interface Mapping extends Outside {
  /** How long the router keeps it, by its own word. */
  readonly seconds: number
}

export interface Wanted {
  /** Ours, for TCP. */
  readonly port: number
  /** The same for as long as the mapping lasts: by it the router knows whose it is. */
  readonly nonce: Uint8Array
  /** What is there already and is to stay. */
  readonly held: Outside | null
  readonly seconds: number
}

/** `refused`: it answered and gives none. Null: nothing that could be used came in time. */
export type Granted = Mapping | 'refused' | null

/** A router that speaks one of the protocols. Every answer comes in bounded time. */
export interface Dialect {
  readonly protocol: RouterProtocol
  /** The router's own address outside, where it tells that without giving a port. */
  readonly outside: string | null
  map(wanted: Wanted): Promise<Granted>
  unmap(wanted: Wanted, mapping: Outside): Promise<void>
}
