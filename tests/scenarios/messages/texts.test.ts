import { describe, expect, test } from 'vitest'
import { messageAlpn } from '#core/messages/messages.ts'
import type { ReceivedText } from '#shared/devices.ts'
import { closing } from '../../support/closing.ts'
import { pair, TestCore, together } from '../../support/paired-cores.ts'
import { until } from '../../support/until.ts'

const own = closing()
const signal = new AbortController().signal

async function paired(): Promise<[TestCore, TestCore]> {
  const open = (name: string) => own(new TestCore(name)).open()
  const [ada, bob] = await Promise.all([open('Ada'), open('Bob')])
  await pair(ada, bob)
  await together(ada, bob)
  return [ada, bob]
}

async function texts(core: TestCore): Promise<readonly ReceivedText[]> {
  for await (const item of core.core.api.streams['texts.watch'](signal)) {
    if ('snapshot' in item) return item.snapshot
  }
  return []
}

const send = (from: TestCore, to: TestCore, text: string) =>
  from.calls['text.send']({ to: to.id, text }, signal)

describe('a text', () => {
  test('is delivered, acknowledged and dismissed', async () => {
    const [ada, bob] = await paired()
    await send(ada, bob, 'https://example.org/')
    const [received] = await texts(bob)
    expect(received).toMatchObject({ from: ada.id, text: 'https://example.org/' })
    await bob.calls['text.dismiss']({ id: received?.id ?? '' }, signal)
    expect(await texts(bob)).toEqual([])
  })

  test('arrives once although the connection is cut at any point on its way', async () => {
    const [ada, bob] = await paired()
    const rounds = 12
    for (let round = 0; round < rounds; round++) {
      const sending = send(ada, bob, `text ${round}`)
      for (let turn = 0; turn < round; turn++) await new Promise((go) => setImmediate(go))
      const cut = round % 2 === 0 ? ([ada, bob] as const) : ([bob, ada] as const)
      cut[0].rooms.sessions.current(cut[1].id, messageAlpn)?.close('clean')
      await sending
    }
    const received = await texts(bob)
    expect(received.map(({ text }) => text).sort()).toEqual(
      Array.from({ length: rounds }, (_, round) => `text ${round}`).sort(),
    )
  }, 30_000)

  test('to a device that is away is delivered when it is back', async () => {
    const [ada, bob] = await paired()
    const { id } = bob
    await bob.shut()
    await until('ada knows', () => ada.rooms.devices.table.get(id)?.state === 'disconnected')
    const sending = ada.calls['text.send']({ to: id, text: 'later' }, signal)
    await bob.open()
    await sending
    expect((await texts(bob)).map(({ text }) => text)).toEqual(['later'])
  }, 20_000)
})
