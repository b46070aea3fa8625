import { runInThisContext } from 'node:vm'

interface Probe {
  readonly probe: number
  readonly source: string
  readonly argument: unknown
}

/**
 * Runs in the main process what a test wants to know or to bend there, as Playwright does in real
 * Electron: a function's text, given the module and one argument.
 */
export function answerProbes(electron: object): void {
  if (!process.send) return
  process.on('message', (message: Probe) => {
    void answer(electron, message).then((reply) => process.send?.(reply))
  })
  // A test that listens is no reason to stay.
  process.channel?.unref()
}

async function answer(electron: object, { probe, source, argument }: Probe): Promise<object> {
  try {
    const run = runInThisContext(`(${source})`) as (electron: object, argument: unknown) => unknown
    return { probe, value: await run(electron, argument) }
  } catch (error) {
    return { probe, error: error instanceof Error ? error.message : 'thrown' }
  }
}
