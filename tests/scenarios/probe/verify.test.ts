import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { pair, TestCore, together } from '../../support/paired-cores.ts'
import { until } from '../../support/until.ts'

const own = closing()

async function pairedCores() {
  const ada = own(await new TestCore('Ada').open())
  const bob = own(await new TestCore('Bob').open())
  await pair(ada, bob)
  await together(ada, bob)
  return {
    ada,
    bob,
    look: (signal = AbortSignal.timeout(30_000)) =>
      ada.calls['device.verify']({ id: bob.id }, signal),
  }
}

test('a paired device is reached, answers, and takes bytes that it does not keep', async () => {
  const { ada, bob, look } = await pairedCores()
  // Whoever asks while a look is under way gets the same numbers, and costs nothing more.
  const [seen, same] = await Promise.all([look(), look()])
  expect(seen).toMatchObject({
    id: bob.id,
    name: 'Bob',
    reachable: true,
    session: true,
    path: { kind: 'lan' },
    throughput: { lane: 'tcp' },
    fault: null,
  })
  expect(same.throughput).toEqual(seen.throughput)
  expect(seen.roundTripMs).toBeGreaterThan(0)
  expect(seen.throughput?.bytes).toBeGreaterThan(1_000_000)
  expect(seen.throughput?.bytes).toBeLessThanOrEqual(64 * 1024 * 1024)
  expect([ada, bob].map(({ rooms }) => rooms.transfers.list())).toEqual([[], []])
  expect([ada, bob].map(({ downloads }) => existsSync(downloads))).toEqual([false, false])
  const { sessions, laneBytes } = bob.core.metrics.snapshot()
  expect([...laneBytes.values()]).toEqual([0, 0, 0, 0])
  await until('its session is closed', () => {
    const now = ada.core.metrics.snapshot().sessions.get('gangway/probe/1')
    return now === 0 && sessions.get('gangway/message/1') === 1
  })
})

test('safety 4: who may not send files may not measure either', async () => {
  const { ada, bob, look } = await pairedCores()
  await bob.calls['device.change']({ id: ada.id, trust: 'observer' }, AbortSignal.timeout(5_000))
  expect(await look()).toMatchObject({
    session: true,
    throughput: null,
    fault: { code: 'message.refused' },
  })
})

test('a device that is not paired is nobody', async () => {
  const { ada } = await pairedCores()
  const asked = ada.calls['device.verify']({ id: ada.id }, AbortSignal.timeout(5_000))
  await expect(asked).rejects.toMatchObject({ code: 'device.unknown' })
})
