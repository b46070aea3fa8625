import { preloadKey } from '#shared/preload.ts'
import type { SettingsChange } from '#shared/model.ts'
import { keepCopies, type Copies } from './copies.ts'
import { keepLink, type Link } from './link.ts'
import { pipeCarrier } from './preload.ts'
import { dropToken, signIn, socketOpener, tokenIn } from './socket.ts'
import { createStores, type Stores } from './streams.ts'
import { keepSpeeds, type Speeds } from './speeds.ts'

/** Everything the screens know of Gangway: its state as stores, its calls, and the link itself. */
export interface Contract extends Stores {
  readonly link: Link
  /** How fast each transfer was over the last minute. */
  readonly speeds: Speeds
  readonly copies: Copies
  /** Where a dropped file lies; the app knows, a browser does not tell. */
  readonly pathOf: ((file: File) => string | null) | null
  /** Lets this page in by a password; a Fault says why not. */
  readonly signIn: (password: string) => Promise<void>
  readonly changeSettings: (change: SettingsChange) => Promise<void>
}

/** Picks the carrier this page was given and keeps it connected from then on. */
export function connectContract(): Contract {
  const stores = createStores()
  const pipe = window[preloadKey]
  const link = keepLink(pipe ? async () => pipeCarrier(pipe) : socketOpener(), stores)

  // A new link pasted over the old one changes the fragment only; the page is not loaded again.
  addEventListener('hashchange', () => {
    if (pipe || tokenIn(location.hash) === null) return
    if (link.state.getState().phase === 'live') dropToken()
    else link.tryNow()
  })
  // Who comes back to the window wants to see it live, not the rest of a wait.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && link.state.getState().phase === 'lost') link.tryNow()
  })

  async function changeSettings(change: SettingsChange): Promise<void> {
    const settings = await link.call('settings.change', change)
    const { value } = stores.device.getState()
    // The stream says the same a moment later; until then the screen must not show the old one.
    if (value) stores.device.setState({ value: { ...value, settings } })
  }

  return {
    ...stores,
    link,
    speeds: keepSpeeds(stores.transfers),
    copies: keepCopies(link),
    pathOf: pipe ? (file) => pipe.pathOf(file) : null,
    signIn: async (password) => {
      await signIn(password)
      link.tryNow()
    },
    changeSettings,
  }
}
