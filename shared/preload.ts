/**
 * What the preload puts on the page as `window.gangway`: one pipe for the contract, nothing of
 * Electron. The object is frozen; each listener's undo is what its registration returned.
 */
export interface PreloadPipe {
  send(message: unknown): void
  receive(listener: (message: unknown) => void): () => void
  closed(listener: () => void): () => void
}

export const preloadKey = 'gangway'
