export type Scope = 'here' | 'network' | 'internet'

const here = [/^127\./, /^\[::1\]/, /^\[::ffff:127\./i]
const network = [
  /^10\./,
  /^192\.168\./,
  /^172\.(?:1[6-9]|2\d|3[01])\./,
  /^169\.254\./,
  // Carrier-grade NAT, where private overlays such as VPNs live too.
  /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  /^\[fe[89ab][0-9a-f]:/i,
  /^\[f[cd][0-9a-f]{2}:/i,
]

/** Where an `ip:port` leads to. */
export function scopeOf(address: string): Scope {
  if (here.some((pattern) => pattern.test(address))) return 'here'
  return network.some((pattern) => pattern.test(address)) ? 'network' : 'internet'
}
