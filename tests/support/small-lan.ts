import { openCable } from './namespaces.ts'

/**
 * One computer on a network of its own: what runs behind `prefix` sees that and nothing else. The
 * other end of its cable is up, so that the link is, and empty.
 */
export function openSmallLan(): { readonly prefix: readonly string[]; close(): void } {
  const cable = openCable()
  const [here] = cable.ends
  here.ip('addr', 'add', '192.0.2.10/24', 'dev', here.nic)
  return {
    prefix: ['ip', 'netns', 'exec', here.name],
    close: () => cable[Symbol.dispose](),
  }
}
