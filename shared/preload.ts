/**
 * What the preload puts on the page as `window.gangway`: one pipe for the contract, and where what
 * was dropped lies; nothing of Electron. The object is frozen; each listener's undo is what its registration returned.
 */
export interface PreloadPipe {
  send(message: unknown): void
  receive(listener: (message: unknown) => void): () => void
  closed(listener: () => void): () => void
  /** Where a file of the page (a `File`) lies on this computer; null if it lies nowhere. */
  pathOf(file: unknown): string | null
}

export const preloadKey = 'gangway'
