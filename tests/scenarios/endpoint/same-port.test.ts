import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { TestCore } from '../../support/paired-cores.ts'
import { until } from '../../support/until.ts'

const own = closing()

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

test('a device with a port of its own has it again after a change of its network', async () => {
  const udpPort = await freePort()
  const core = await own(new TestCore('Ada', { udpPort })).open()
  const { state } = core.rooms.network
  const before = state.value.endpoint
  expect(state.value.ports.v4).toBe(udpPort)
  const signal = new AbortController().signal
  for (const relay of ['https://one.invalid/', 'https://two.invalid/', null]) {
    const states: (string | undefined)[] = []
    const stop = state.onChange(() => void states.push(state.value.problem?.code))
    await core.calls['settings.change']({ relay }, signal)
    await until('it listens anew', () => states.length > 1 && state.value.ports.v4 === udpPort)
    stop()
    expect(states.filter((problem) => problem !== undefined)).toEqual([])
  }
  expect(state.value.endpoint).not.toBe(before)
})
