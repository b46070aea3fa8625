import { describe, expect, test } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { messageAlpn } from '#core/messages/messages.ts'
import { pairingAlpn } from '#core/pairing/wire.ts'
import { NetworkKey } from '#core/private-network/network-key.ts'
import { privately } from '#core/private-network/private-endpoint.ts'
import { closing } from '../../support/closing.ts'
import { openLoopbackEndpoint, targetOf } from '../../support/endpoints.ts'
import { pair, TestCore, together } from '../../support/paired-cores.ts'
import { until } from '../../support/until.ts'

const own = closing()
const { signal } = new AbortController()
const bounds = { deadlineMs: 3_000 }

async function twoTogether(): Promise<[TestCore, TestCore]> {
  const open = (name: string) => own(new TestCore(name)).open()
  const [ada, bob] = await Promise.all([open('Ada'), open('Bob')])
  await pair(ada, bob)
  await together(ada, bob)
  return [ada, bob]
}

function isElsewhere(core: TestCore, other: TestCore): boolean {
  const row = core.shows(other)
  return row?.state === 'disconnected' && row.reason === 'elsewhere'
}

/** Does what opens the network of this one anew, and waits until it listens at its new port. */
async function moving<Result>(core: TestCore, change: () => Promise<Result>): Promise<Result> {
  const port = () => core.rooms.network.state.value.ports.v4
  const before = port()
  const result = await change()
  await until('it listens elsewhere', () => port() !== null && port() !== before)
  return result
}

/** Where the other is now. */
async function tell(core: TestCore, other: TestCore): Promise<void> {
  await core.rooms.devices.seen(other.id, other.address)
}

describe('two paired devices', () => {
  test('part when one gets a network key, and are together again when the other has it', async () => {
    const [ada, bob] = await twoTogether()
    const { key, fingerprint } = await moving(ada, () => ada.calls['network.create']({}, signal))
    expect(ada.core.device.value.privateNetwork).toEqual({ fingerprint, given: false })
    await until('the session is over', () => bob.shows(ada)?.state === 'disconnected')
    await tell(bob, ada)
    await tell(ada, bob)
    await until('both know why', () => isElsewhere(ada, bob) && isElsewhere(bob, ada), 45_000)
    const said = async ({ calls }: TestCore) => {
      const { checks } = await calls['doctor.run']({}, signal)
      return checks.find(({ id }) => id === 'private')
    }
    expect(await said(ada)).toMatchObject({ code: 'private.outside', details: { names: 'Bob' } })
    expect(await said(bob)).toMatchObject({ code: 'private.theirs', details: { names: 'Ada' } })
    const joined = moving(bob, () => bob.calls['network.join']({ key: ` ${key}\n` }, signal))
    expect(await joined).toEqual({ fingerprint })
    await tell(ada, bob)
    await together(ada, bob, 15_000)
    await moving(bob, () => bob.restart())
    expect(bob.core.device.value.privateNetwork).toEqual({ fingerprint, given: false })
    await tell(ada, bob)
    await together(ada, bob, 15_000)
    const leave = (core: TestCore) => moving(core, () => core.calls['network.leave']({}, signal))
    await Promise.all([leave(ada), leave(bob)])
    await until('it is left', () => ada.core.device.value.privateNetwork === null)
    await tell(ada, bob)
    await together(ada, bob, 15_000)
  }, 120_000)
})

describe('a device of a private network', () => {
  const key = NetworkKey.make()

  async function member() {
    const bare = own(await openLoopbackEndpoint([]))
    const inside = privately(bare, key, systemClock)
    inside.setAlpns([pairingAlpn, messageAlpn])
    const visits: string[] = []
    const answer = async () => {
      for (let next = await inside.accept(); next; next = await inside.accept()) {
        next.accept(bounds).then(
          ({ alpn }) => visits.push(alpn),
          () => {},
        )
      }
    }
    answer().catch(() => {})
    return { inside, target: targetOf(bare), visits }
  }

  test('lets in who has the key, under the name both know', async () => {
    const { target, visits } = await member()
    const other = privately(own(await openLoopbackEndpoint([])), key, systemClock)
    const connection = await other.connect(target, messageAlpn, bounds)
    expect(connection).toMatchObject({ alpn: messageAlpn, peer: target.id, side: 'dialler' })
    await until('it is in', () => visits.length === 1)
    expect(visits).toEqual([messageAlpn])
  })

  test('safety 4: ends the handshake with anybody else', async () => {
    const { target, visits } = await member()
    const open = own(await openLoopbackEndpoint([]))
    const other = privately(open, NetworkKey.make(), systemClock)
    const fault = expect.objectContaining({ code: 'protocol.unknown' })
    await expect(open.connect(target, pairingAlpn, bounds)).rejects.toEqual(fault)
    await expect(other.connect(target, messageAlpn, bounds)).rejects.toEqual(fault)
    expect(visits).toEqual([])
  })

  test('safety 4: says not one byte to who has only seen its names', async () => {
    const { target, visits } = await member()
    const thief = own(await openLoopbackEndpoint([]))
    const name = key.alpn(pairingAlpn, target.id)
    const said = [Buffer.from('0000004000', 'hex'), Buffer.alloc(68), Buffer.alloc(4)]
    said[1]?.writeUInt32BE(64)
    for (const bytes of said) {
      const connection = await thief.connect(target, name, bounds)
      const stream = await connection.openStream()
      await stream.write(bytes)
      await stream.finish()
      await expect(stream.read(1)).rejects.toMatchObject({ code: 'protocol.unknown' })
      await expect(connection.acceptStream()).rejects.toMatchObject({ code: 'protocol.unknown' })
    }
    expect(visits).toEqual([])
  })

  test('safety 1: a proof seen on one connection proves nothing on another', async () => {
    const { target, visits } = await member()
    const thief = own(await openLoopbackEndpoint([]))
    const victim = own(await openLoopbackEndpoint([]))
    const nonce = new Uint8Array(32)
    const ends = { alpn: messageAlpn, dialler: victim.id, accepter: target.id }
    const proof = Buffer.concat([nonce, key.proof('dialler', ends, nonce)])
    const header = Buffer.alloc(4)
    header.writeUInt32BE(proof.length)
    const connection = await thief.connect(target, key.alpn(messageAlpn, target.id), bounds)
    const stream = await connection.openStream()
    await stream.write(Buffer.concat([header, proof]))
    await expect(stream.read(1)).rejects.toMatchObject({ code: 'protocol.unknown' })
    expect(visits).toEqual([])
  })

  test('safety 1: believes nobody who answers under its names without the key', async () => {
    const trap = own(await openLoopbackEndpoint([]))
    trap.setAlpns([key.alpn(messageAlpn, trap.id)])
    const lure = async () => {
      const knock = await trap.accept()
      const connection = await knock?.accept(bounds)
      const stream = await connection?.acceptStream()
      await stream?.write(Buffer.concat([Buffer.from('00000020', 'hex'), Buffer.alloc(32)]))
    }
    lure().catch(() => {})
    const inside = privately(own(await openLoopbackEndpoint([])), key, systemClock)
    const dialling = inside.connect(targetOf(trap), messageAlpn, bounds)
    await expect(dialling).rejects.toMatchObject({ code: 'protocol.unknown' })
  })
})
