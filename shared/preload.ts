/**
 * What the preload puts on `window.gangway`: enough to carry the contract, and nothing else. The
 * messages are those of shared/channel.
 */
export interface PreloadBridge {
  send(message: unknown): void
  /** Both return their own undo. */
  receive(listener: (message: unknown) => void): () => void
  closed(listener: () => void): () => void
}
