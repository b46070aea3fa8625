import { describe, expect, test } from 'vitest'
import { abortable } from '#core/base/abortable.ts'
import { reach } from '#core/sessions/reach.ts'
import type { Connection } from '#core/endpoint/types.ts'
import { Fault, type FaultCode } from '#shared/faults.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { memoryConnections } from '../../support/memory-connection.ts'

const [self, peer] = [fakeId(1), fakeId(2)]
const alpn = 'gangway/message/1'

type Answer = FaultCode | 'fine' | 'silence'

/** What each address leads to; a dial of several ends as the transport ends it. */
function network(answers: Record<string, Answer>) {
  const clock = new FakeClock()
  const dials: string[] = []
  const opened: Connection[] = []
  const connect = async (addresses: readonly string[], signal?: AbortSignal) => {
    dials.push(addresses.join(' '))
    const given = addresses.map((address) => answers[address] ?? 'silence')
    const wrong = given.find((answer) => answer !== 'fine' && answer !== 'silence')
    if (wrong) throw new Fault(wrong)
    if (!given.includes('fine')) await abortable(new Promise<void>(() => {}), signal)
    const { dialler } = memoryConnections({ alpn, dialler: self, accepter: peer })
    opened.push(dialler)
    return dialler
  }
  const controller = new AbortController()
  const dialler = {
    connect: (
      { addresses }: { addresses: readonly string[] },
      _: string,
      bounds: { signal?: AbortSignal | undefined },
    ) => connect(addresses, bounds.signal),
  }
  const addresses = Object.keys(answers)
  const { signal } = controller
  const run = () => reach({ dialler, clock, peer, alpn, addresses, signal })
  return { clock, dials, opened, controller, run }
}

describe('reaching a device', () => {
  test('one dial tries every address', async () => {
    const { run, dials } = network({ a: 'silence', b: 'fine' })
    await run()
    expect(dials).toEqual(['a b'])
  })

  test('safety 1: another device at one address does not keep us from it at the others', async () => {
    const { run, clock, dials } = network({ a: 'peer.unreachable', b: 'fine', c: 'fine' })
    const reaching = run()
    await clock.advance(1_000)
    expect((await reaching).peer).toBe(peer)
    expect(dials).toEqual(['a b c', 'a', 'b'])
  })

  test('nowhere: unreachable, and what the device itself said counts more', async () => {
    const nowhere = network({ a: 'peer.unreachable', b: 'peer.unreachable' })
    const lost = expect(nowhere.run()).rejects.toMatchObject({ code: 'peer.unreachable' })
    await nowhere.clock.advance(1_000)
    await lost
    const refused = network({ a: 'peer.unreachable', b: 'protocol.unknown' })
    const told = expect(refused.run()).rejects.toMatchObject({ code: 'protocol.unknown' })
    await refused.clock.advance(1_000)
    await told
  })

  test('given up, every dial under way is given up', async () => {
    const { run, clock, controller } = network({ a: 'peer.unreachable', b: 'silence' })
    const failure = expect(run()).rejects.toBeDefined()
    await clock.advance(1_000)
    controller.abort()
    await failure
    expect(clock.pending).toBe(0)
  })
})
