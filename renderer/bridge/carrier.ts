import type { OpensWith } from '#shared/page-door.ts'

/** What carries the contract to the core: the preload's pipe in the app, a socket in a browser. */
export interface Carrier {
  send(message: unknown): void
  receive(listener: (message: unknown) => void): () => void
  closed(listener: () => void): () => void
  close(): void
}

/** Gangway is there and does not know this page: trying again by itself does not help. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly needs: OpensWith

  constructor(needs: OpensWith) {
    super()
    this.needs = needs
  }
}
