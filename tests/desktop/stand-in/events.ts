import { EventEmitter } from 'node:events'

/** Electron's events: a listener hears first an event whose default it may prevent. */
export interface Preventable {
  defaultPrevented: boolean
  preventDefault(): void
}

export function preventable<Details extends object>(details: Details): Details & Preventable {
  const event = {
    ...details,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true
    },
  }
  return event
}

/** With Electron's own types for `on`, `once` and `off`, whose overloads a class cannot restate. */
export abstract class Source extends EventEmitter {
  /** True when nobody prevented it. */
  protected ask(name: string, details: object = {}, ...rest: readonly unknown[]): boolean {
    const event = preventable(details)
    this.emit(name, event, ...rest)
    return !event.defaultPrevented
  }
}
