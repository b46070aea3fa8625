import { spawn } from 'node:child_process'

/**
 * Where systemd is, asks it not to let this computer sleep. The inhibitor lasts as long as the child
 * and the child as long as its stdin is open: it ends with this process, however that ends.
 */
export function keepAwake(): () => void {
  if (process.platform !== 'linux') return () => {}
  const lock = ['--what=sleep', '--who=Gangway', '--why=Moving files', '--mode=block']
  const child = spawn('systemd-inhibit', [...lock, 'cat'], { stdio: ['pipe', 'ignore', 'ignore'] })
  // Without systemd nothing keeps it awake; what was moving goes on after it wakes.
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.unref()
  return () => void child.stdin.end()
}
