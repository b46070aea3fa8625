import type { Opened } from '#shared/desktop.ts'
import { Cell } from '#core/base/state.ts'

export type Arrival =
  | { readonly what: 'link'; readonly link: string }
  | { readonly what: 'files'; readonly paths: readonly string[] }

/**
 * What was opened from outside and no page has taken yet: the last of it, for a person looks at one
 * thing. Files that come one by one, as macOS hands them over, are one thing.
 */
export class Inbox {
  readonly state = new Cell<{ readonly opened: Opened | null }>({ opened: null })
  #next = 1

  put(arrival: Arrival | null): void {
    if (!arrival) return
    const { opened } = this.state.value
    const waiting = opened?.what === 'files' && arrival.what === 'files' ? opened.paths : []
    const id = this.#next++
    this.state.set({
      opened:
        arrival.what === 'link'
          ? { what: 'link', id, link: arrival.link }
          : { what: 'files', id, paths: [...new Set([...waiting, ...arrival.paths])] },
    })
  }

  taken(id: number): void {
    if (this.state.value.opened?.id === id) this.state.set({ opened: null })
  }
}
