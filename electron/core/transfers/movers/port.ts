/** The way between a mover and its coordinator: a MessagePort, a worker, or a child process. */
export interface Port<In, Out> {
  post(message: Out): void
  onMessage(listener: (message: In) => void): void
}

interface MessagePortLike {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: never) => void): unknown
}

export function portOf<In, Out>(port: MessagePortLike): Port<In, Out> {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', listener),
  }
}
