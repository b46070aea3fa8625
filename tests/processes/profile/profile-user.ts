import { z } from 'zod'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import { loadDeviceKey } from '#core/keys/device-key.ts'
import { openProfile } from '#core/keys/profile.ts'
import { openStore } from '#core/keys/store.ts'
import { Fault } from '#shared/faults.ts'
import { keyFileVault } from '../../../electron/headless/vault.ts'

/**
 * A process with a profile: `<folder> look` opens it, says what it finds and leaves; `<folder> write`
 * counts up in the store for ever, naming each number once it is saved.
 */
const [dataDir = '', mode] = process.argv.slice(2)
const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`)

try {
  const profile = await openProfile({ dataDir, log: silentLog })
  const key = await loadDeviceKey({ dataDir, vault: keyFileVault(), log: silentLog })
  const store = await openStore({ dataDir, key, log: silentLog, clock: systemClock })
  const counter = store.record('counter', z.number())
  const rows = store.collection('rows', z.string())
  let count = (await counter.get()) ?? 0
  const told = store.problems.map((problem) => problem.code)
  say({ id: key.id, count, rows: (await rows.all()).size, told })
  const last = mode === 'write' ? Infinity : count
  while (count < last) {
    count += 1
    await rows.put(String(count), 'x'.repeat(2000))
    await counter.set(count)
    say({ saved: count })
  }
  await store.close()
  await profile.close()
} catch (error) {
  say({ fault: Fault.of(error).code })
  process.exitCode = 1
}
