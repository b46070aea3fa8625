import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import { openCore } from '#core/core.ts'
import { isDeviceId } from '#shared/ids.ts'
import { keyFileVault } from '../../../electron/headless/vault.ts'
import { moversHere } from '../../support/movers-here.ts'

/**
 * A core in a process of its own, to be killed or stopped: `<folder>`. Says who it is and where; a
 * line with a device pairs it with that one, whose files it takes. Ends with its input.
 */
const [dataDir = ''] = process.argv.slice(2)
const core = await openCore({
  dataDir,
  vault: keyFileVault(),
  clock: systemClock,
  log: silentLog,
  version: '0.0.0',
  kind: 'laptop',
  defaultName: 'Remote',
  overrides: { lanOnly: true, downloads: join(dataDir, 'downloads') },
  peers: [],
  movers: moversHere,
})
const { devices, network } = core.rooms
process.stdout.write(
  `${JSON.stringify({
    id: core.device.value.id,
    address: `127.0.0.1:${network.state.value.ports.v4}`,
    announcementKey: Buffer.from(devices.announcementKey).toString('hex'),
  })}\n`,
)
for await (const line of createInterface({ input: process.stdin })) {
  const { id, address, root, announcementKey } = JSON.parse(line) as Record<string, string>
  if (id === undefined || !isDeviceId(id)) throw new Error('not a device')
  const bytes = (hex = '') => Buffer.from(hex, 'hex')
  const keys = { root: bytes(root), announcementKey: bytes(announcementKey) }
  await Promise.all([
    devices.add({ id, ...keys, name: 'Here', kind: 'laptop', role: 'joiner' }),
    devices.seen(id, address ?? null),
    devices.change(id, { trust: 'trusted' }),
  ])
}
await core.close()
