/** The way between a mover and its coordinator: a MessagePort, a worker, or a child process. */
export interface Port<In, Out> {
  post(message: Out): void
  onMessage(listener: (message: In) => void): void
}
