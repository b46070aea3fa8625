import type { PreloadPipe, preloadKey } from '#shared/preload.ts'
import type { Carrier } from './carrier.ts'

declare global {
  interface Window {
    readonly [preloadKey]?: PreloadPipe
  }
}

/** The pipe belongs to the window and lives as long; closing only stops listening to it. */
export function pipeCarrier(pipe: PreloadPipe): Carrier {
  const undo: (() => void)[] = []
  const listening = (stop: () => void) => {
    undo.push(stop)
    return stop
  }
  return {
    send: (message) => pipe.send(message),
    receive: (listener) => listening(pipe.receive(listener)),
    closed: (listener) => listening(pipe.closed(listener)),
    close: () => {
      for (const stop of undo.splice(0)) stop()
    },
  }
}
