import { expect, test, vi } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { messageAlpn, Messages } from '#core/messages/messages.ts'
import { Caller } from '#core/transfers/caller.ts'
import { transferAlpn } from '#core/transfers/transfer-alpn.ts'
import type { Alpn } from '#shared/ids.ts'
import { closing } from '../../support/closing.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { MemoryNodes } from '../../support/memory-nodes.ts'

const own = closing()

type Node = Awaited<ReturnType<MemoryNodes['open']>>

function serve(node: Node, alpn: Alpn) {
  return node.sessions.serve({
    alpn,
    async accept(channel) {
      while ((await channel.receive()) !== null);
    },
  })
}

/** Ada has something for Bob, and has a session with him about other things. */
async function calling() {
  const clock = new FakeClock()
  const nodes = own(new MemoryNodes(clock))
  const [ada, bob] = [await nodes.open(1), await nodes.open(2)]
  await nodes.pair(ada, bob)
  serve(ada, transferAlpn)
  const messages = [ada, bob].map(({ sessions, devices }) =>
    own(new Messages({ sessions, devices, wanted: () => {}, clock, log: silentLog })),
  )
  const [mail] = messages
  if (!mail) throw new Error('no mail')
  const { sessions } = ada
  const path = { kind: 'lan', address: '192.0.2.7:1', rttMs: 1 } as const
  const quick = { ...path, cwnd: 0, mtu: 0, sentPackets: 0, lostPackets: 0 }
  const isNear = () => sessions.current(bob.id, messageAlpn) !== null
  vi.spyOn(sessions, 'pathTo').mockImplementation(() => (isNear() ? quick : null))
  const isWanted = () => true
  const parts = { sessions, messages: mail, isWanted, seek: () => {}, clock, log: silentLog }
  const caller = own(new Caller(parts))
  await Promise.all([sessions.open(bob.id, messageAlpn), clock.advance(10)])
  const isThere = () => sessions.current(bob.id, transferAlpn) !== null
  return { ada, bob, clock, nodes, caller, isThere }
}

test('what waits for the next call goes on at once when the device is somewhere else', async () => {
  const { ada, bob, clock, isThere } = await calling()
  // Bob does not speak of transfers yet: call after call fails, ever further apart.
  await clock.advance(60_000)
  serve(bob, transferAlpn)
  await clock.advance(50)
  expect(isThere()).toBe(false)
  ada.sessions.changes.emit('moved', bob.id)
  await clock.advance(50)
  expect(isThere()).toBe(true)
})

test('and when it has a session again', async () => {
  const { ada, bob, clock, isThere } = await calling()
  await clock.advance(60_000)
  serve(bob, transferAlpn)
  ada.sessions.current(bob.id, messageAlpn)?.close('peer.unreachable')
  await clock.advance(50)
  expect(isThere()).toBe(false)
  await Promise.all([ada.sessions.open(bob.id, messageAlpn), clock.advance(50)])
  await clock.advance(50)
  expect(isThere()).toBe(true)
})
