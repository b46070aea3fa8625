import { spawn, type ChildProcess } from 'node:child_process'

/** The app under test as the outside sees it. */
export interface DesktopProcess {
  readonly child: ChildProcess
  readonly exited: Promise<number | null>
  /** All it wrote to stderr so far. */
  readonly said: () => string
}

export interface DesktopOptions {
  readonly dataDir: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export function watched(child: ChildProcess): DesktopProcess {
  let text = ''
  child.stderr?.on('data', (data: Buffer) => (text += data.toString()))
  // Unread output would stop the app once the pipe is full.
  child.stdout?.resume()
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, exited, said: () => text }
}

export function start(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): DesktopProcess {
  const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const
  return watched(spawn(command, args, { stdio: [...stdio], env }))
}

export function argumentsOf({ dataDir, args = [] }: DesktopOptions): string[] {
  return [`--data-dir=${dataDir}`, ...args]
}
