import { isIPv4 } from 'node:net'
import { good, notice, type Check, type Finding } from '../check.ts'
import type { DoctorParts } from '../parts.ts'
import type { Interfaces, System } from '../system.ts'

export function firewallCheck(parts: DoctorParts): Check {
  return { id: 'firewall', look: (signal) => lookAtFirewall(parts, signal) }
}

interface Firewall {
  readonly name: string
  /** What lets UDP in from one network: a command, or for nftables a rule. */
  readonly opening: (network: string) => string
}

/** Whoever is heard came through it; only when nobody is does it matter what it may block. */
async function lookAtFirewall(parts: DoctorParts, signal: AbortSignal): Promise<Finding> {
  const { system, hearing } = parts
  const isHeard = hearing().others > 0
  if (system.platform !== 'linux')
    return isHeard ? good('firewall.heard') : hintFor(system.platform)
  const found = await linuxFirewall(system, signal)
  if (!found) return good('firewall.none')
  const { name, opening } = found
  if (isHeard) return good('firewall.heardThrough', { name })
  const openings = localNetworks(system.interfaces()).map(opening)
  return name === nftables
    ? notice('firewall.nftables', { rules: openings.join('; ') })
    : notice('firewall.on', { name, commands: openings.join(' && ') })
}

function hintFor(platform: NodeJS.Platform): Finding {
  if (platform === 'win32') return notice('firewall.windows')
  return notice(platform === 'darwin' ? 'firewall.mac' : 'firewall.unknown')
}

const nftables = 'nftables'

async function linuxFirewall(system: System, signal: AbortSignal): Promise<Firewall | null> {
  const [ufw, firewalld, nft] = await Promise.all([
    system.textOf('/etc/ufw/ufw.conf'),
    system.output('firewall-cmd', ['--state'], signal),
    system.output('nft', ['list', 'ruleset'], signal),
  ])
  if (/^\s*ENABLED\s*=\s*yes\s*$/im.test(ufw ?? '')) {
    return { name: 'ufw', opening: (network) => `sudo ufw allow proto udp from ${network}` }
  }
  if (firewalld?.trim() === 'running') {
    return {
      name: 'firewalld',
      opening: (network) =>
        `sudo firewall-cmd --permanent --add-rich-rule='rule family="ipv4" source address="${network}" protocol value="udp" accept' && sudo firewall-cmd --reload`,
    }
  }
  if (/hook input [^}]*policy drop/.test(nft ?? '')) {
    return {
      name: nftables,
      opening: (network) => `ip saddr ${network} meta l4proto udp accept`,
    }
  }
  return null
}

/** The IPv4 networks this computer is part of, as a firewall writes them. */
function localNetworks(interfaces: Interfaces): string[] {
  const networks = Object.values(interfaces)
    .flatMap((infos = []) => infos)
    .filter(({ internal, address }) => !internal && isIPv4(address))
    .flatMap(({ cidr }) => (cidr === null ? [] : [networkOf(cidr)]))
  return networks.length > 0 ? [...new Set(networks)] : ['<network>']
}

function networkOf(cidr: string): string {
  const [address = '', prefix = ''] = cidr.split('/')
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(prefix))
  const first = Math.floor(bits / size) * size
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256)
  return `${parts.join('.')}/${prefix}`
}
