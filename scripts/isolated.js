// @ts-check
import { spawnSync } from 'node:child_process'

const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0

/** A network of its own: loopback, and a cable whose two ends lead nowhere else. */
const ownNetwork = `
  ip link set lo up &&
  ip link add lan0 type veth peer name lan1 &&
  ip address add 10.77.0.2/24 dev lan0 &&
  ip link set lan0 up && ip link set lan1 up`

/**
 * The nodes under test announce themselves on every network they see. Where it is possible they see
 * one that exists for the tests alone; otherwise null.
 * @param {string[]} command
 */
export function isolated(command) {
  const possible =
    isRootOnLinux &&
    spawnSync('unshare', ['--net', 'sh', '-c', ownNetwork], { stdio: 'ignore' }).status === 0
  if (!possible) return null
  return ['unshare', '--net', 'sh', '-c', `${ownNetwork} && exec "$@"`, 'sh', ...command]
}
