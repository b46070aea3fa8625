import { execFile } from 'node:child_process'

const maxOutputBytes = 1 << 20

/**
 * What a command that only reads prints; null where there is no such command or it fails. No shell,
 * no input, and an environment in which every system speaks the same.
 */
export function outputOf(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string | null> {
  const { PATH = '' } = process.env
  const options = { signal, maxBuffer: maxOutputBytes, env: { PATH, LC_ALL: 'C' } }
  return new Promise((resolve) => {
    execFile(command, [...args], options, (error, stdout) => resolve(error ? null : stdout))
  })
}
