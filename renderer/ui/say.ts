import { createStore } from 'zustand/vanilla'

/** What was last to be read out although nothing on the screen says it; see `Announcer`. */
export const said = createStore<{ readonly words: string }>(() => ({ words: '' }))

export function say(words: string): void {
  said.setState({ words })
}
