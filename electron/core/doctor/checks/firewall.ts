import { isIPv4 } from 'node:net'
import { good, notice, type Check, type Finding } from '../check.ts'
import type { DoctorParts } from '../parts.ts'
import type { Interfaces, System } from '../system.ts'

export function firewallCheck(parts: DoctorParts): Check {
  return { id: 'firewall', title: 'Firewall', look: (signal) => lookAtFirewall(parts, signal) }
}

interface Found {
  readonly name: string
  /** What lets UDP in from one network. */
  readonly rule: (network: string) => string
}

/** Whoever is heard came through it; only when nobody is does it matter what it may block. */
async function lookAtFirewall(parts: DoctorParts, signal: AbortSignal): Promise<Finding> {
  const { system, hearing } = parts
  const isHeard = hearing().others > 0
  if (system.platform !== 'linux') return isHeard ? heardThrough : hintFor(system.platform)
  const found = await linuxFirewall(system, signal)
  if (!found) return good('No firewall was found on this computer.')
  if (isHeard) return good(`${found.name} is on, and other devices are heard through it.`)
  const networks = localNetworks(system.interfaces())
  return notice(
    `${found.name} is on. It must let UDP in from your own network, on every port.`,
    `If other devices do not see this one: ${networks.map(found.rule).join(' and ')}`,
  )
}

const heardThrough = good('Other devices are heard, so the firewall lets them through.')

function hintFor(platform: NodeJS.Platform): Finding {
  const detail = 'Gangway cannot look into the firewall of this system.'
  const when = 'If other devices do not see this one:'
  if (platform === 'win32') {
    return notice(
      detail,
      `${when} in Windows Security, Firewall & network protection, Allow an app through firewall, tick Gangway for private networks, and set the network you are on to private.`,
    )
  }
  if (platform === 'darwin') {
    return notice(
      detail,
      `${when} in System Settings, Network, Firewall, Options, allow incoming connections for Gangway, and in Privacy & Security, Local Network, switch Gangway on.`,
    )
  }
  return notice(detail, `${when} let UDP in from your own network, on every port.`)
}

async function linuxFirewall(system: System, signal: AbortSignal): Promise<Found | null> {
  const [ufw, firewalld, nft] = await Promise.all([
    system.textOf('/etc/ufw/ufw.conf'),
    system.output('firewall-cmd', ['--state'], signal),
    system.output('nft', ['list', 'ruleset'], signal),
  ])
  if (/^\s*ENABLED\s*=\s*yes\s*$/im.test(ufw ?? '')) {
    return { name: 'ufw', rule: (network) => `sudo ufw allow proto udp from ${network}` }
  }
  if (firewalld?.trim() === 'running') {
    return {
      name: 'firewalld',
      rule: (network) =>
        `sudo firewall-cmd --permanent --add-rich-rule='rule family="ipv4" source address="${network}" protocol value="udp" accept' and sudo firewall-cmd --reload`,
    }
  }
  if (/hook input [^}]*policy drop/.test(nft ?? '')) {
    return {
      name: 'nftables',
      rule: (network) => `add the rule “ip saddr ${network} meta l4proto udp accept” to its input`,
    }
  }
  return null
}

const fallback = 'your own network'

/** The IPv4 networks this computer is part of, as a firewall writes them. */
function localNetworks(interfaces: Interfaces): string[] {
  const networks = Object.values(interfaces)
    .flatMap((infos = []) => infos)
    .filter(({ internal, address }) => !internal && isIPv4(address))
    .flatMap(({ cidr }) => (cidr === null ? [] : [networkOf(cidr)]))
  return networks.length > 0 ? [...new Set(networks)] : [fallback]
}

function networkOf(cidr: string): string {
  const [address = '', prefix = ''] = cidr.split('/')
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(prefix))
  const first = Math.floor(bits / size) * size
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256)
  return `${parts.join('.')}/${prefix}`
}
