import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { until } from '../support/until.ts'

/** rsync over ssh, to a server of its own on loopback with keys made for this run and no other. */
export interface Rsync {
  /** Seconds. */
  readonly copy: (source: string, destination: string) => number
  close(): void
}

const daemon = '/usr/sbin/sshd'

/** Or why there is none. */
export async function openRsync(folder: string): Promise<Rsync | string> {
  for (const tool of ['rsync', 'ssh', 'ssh-keygen']) {
    if (spawnSync(tool, ['-V']).error) return `${tool} is not installed`
  }
  if (!existsSync(daemon)) return 'sshd is not installed'
  const keys = join(folder, 'keys')
  mkdirSync(keys, { mode: 0o700 })
  const [mine, theirs] = [join(keys, 'mine'), join(keys, 'theirs')]
  for (const key of [mine, theirs]) {
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    chmodSync(key, 0o600)
  }
  const port = await freePort()
  const settings = [
    'ListenAddress=127.0.0.1',
    `AuthorizedKeysFile=${mine}.pub`,
    'StrictModes=no',
    'UsePAM=no',
    'PasswordAuthentication=no',
    'PidFile=none',
  ].flatMap((setting) => ['-o', setting])
  const server = spawn(
    daemon,
    ['-D', '-f', '/dev/null', '-h', theirs, '-p', `${port}`, ...settings],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  const said: string[] = []
  server.stderr.on('data', (text: Buffer) => said.push(text.toString().trim()))
  const ssh = [`ssh -p ${port} -i ${mine}`, 'BatchMode=yes', 'StrictHostKeyChecking=no']
    .concat('UserKnownHostsFile=/dev/null', 'LogLevel=ERROR')
    .join(' -o ')
  const run = (...args: string[]) => spawnSync('rsync', ['-e', ssh, ...args], { encoding: 'utf8' })
  const close = () => void server.kill()
  try {
    const answers = () => run('-d', `127.0.0.1:${keys}/`).status === 0
    await until('sshd answers', answers, 5_000)
  } catch {
    close()
    return `sshd does not answer (${said.join(' ')})`
  }
  return {
    copy(source, destination) {
      const began = performance.now()
      const { status, stderr } = run('-a', '--whole-file', source, `127.0.0.1:${destination}`)
      if (status !== 0) throw new Error(`rsync: ${stderr}`)
      return (performance.now() - began) / 1_000
    },
    close,
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
