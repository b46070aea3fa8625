import type { CallOutput } from '#shared/contract.ts'
import { shortId } from '#shared/ids.ts'
import type { KeyProtection, NearbyDevice, Reach } from '#shared/model.ts'
import { sleep } from '#core/base/clock.ts'
import { defineCommand } from './command.ts'
import { nodeOptions, nodeSchema } from './node-options.ts'
import { peerLines } from './peer.ts'
import { columns, printable, type Output } from './output.ts'
import { withCore } from './with-core.ts'

type Status = CallOutput<'status.get'>

/** How long devices of this network get to answer when nobody has been listening for them yet. */
const listenMs = 1_000

export const status = defineCommand({
  name: 'status',
  about: 'this device, how it can be reached, and who is near',
  options: nodeOptions,
  schema: nodeSchema,
  async run(input, context) {
    await withCore(input, context, async ({ running, call }) => {
      if (!running) await sleep(context.clock, listenMs, context.signal)
      const found = await call('status.get', {})
      if (context.out.json) return context.out.document(documentOf(found, running))
      const { devices } = await call('devices.list', {})
      const paired = new Map<string, string>(devices.map(({ id, name }) => [id, name]))
      show(found, paired, running, context.out)
    })
  },
})

function documentOf({ device, nearby, peers }: Status, running: boolean) {
  const { name, visible, lanOnly } = device.settings
  const { id, version, endpoint, kind, reach, keyProtection, privateNetwork, problems } = device
  return {
    deviceId: id,
    name,
    version,
    running,
    kind,
    reach,
    visible,
    lanOnly,
    keyProtection,
    privateNetwork,
    endpoint,
    nearby,
    peers,
    problems,
  }
}

const reachText: Readonly<Record<Reach, string>> = {
  relay: 'on this network and over the internet',
  lan: 'on this network',
  offline: 'not at the moment',
}
const keyText: Readonly<Record<KeyProtection, string>> = {
  keychain: 'in the keychain of this computer',
  passphrase: 'behind a passphrase',
  'key-file': 'in a file only this user can read',
  unprotected: 'unprotected',
}

type Names = ReadonlyMap<string, string>

function show(
  { device, nearby, peers }: Status,
  paired: Names,
  running: boolean,
  out: Output,
): void {
  const { endpoint, settings } = device
  const facts = [
    ['Name', out.style.bold(printable(settings.name))],
    ['Id', device.id],
    ['Version', device.version],
    ['Running', running ? 'yes' : 'no, only for this look'],
    ['Reachable', reachText[device.reach]],
    ['Addresses', endpoint.addresses.join('  ') || 'none'],
    ['Relay', endpoint.relay ?? 'none'],
    ['Key', keyText[device.keyProtection]],
    ['Network', device.privateNetwork ? `private: ${device.privateNetwork.fingerprint}` : 'open'],
  ].map(([label = '', value = '']) => [out.style.dim(label.padEnd(9)), value])
  for (const line of columns(facts)) out.line(line)
  out.line('')
  for (const line of nearbyLines(nearby, paired)) out.line(line)
  if (peers.length > 0) {
    out.line('Known addresses')
    for (const line of peerLines(peers, out)) out.line(`  ${line}`)
  }
  for (const problem of device.problems) out.complain(problem.message)
}

function nearbyLines(nearby: readonly NearbyDevice[], paired: Names): string[] {
  if (nearby.length === 0) return ['Nobody is near. Devices show up when Gangway runs on them.']
  const rows = nearby.map(({ id, name, addresses }) => [
    // One that is not visible shows no name, and paired devices are known by theirs.
    printable(paired.get(id) ?? name ?? '(no name shown)'),
    shortId(id),
    addresses.map((address) => printable(address)).join('  '),
  ])
  return ['Nearby', ...columns(rows).map((line) => `  ${line}`)]
}
