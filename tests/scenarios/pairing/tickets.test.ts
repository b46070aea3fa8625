import { describe, expect, test } from 'vitest'
import {
  answering,
  arePaired,
  codeOf,
  faultOf,
  onNet,
  openPairingNode,
} from '../../support/pairing-nodes.ts'
import { memoryStore } from '../../support/memory-store.ts'
import { flipped } from '../../support/bytes.ts'
import { phrase } from '../../support/pairing.ts'
import { phraseOf, rawHost } from '../../support/raw-pairing.ts'
import { onStage } from './stage.ts'

const stage = onStage()
const hour = 3_600_000

async function pairedBy(join: () => number | Promise<number>): Promise<boolean> {
  const { host, joiner } = stage
  answering(joiner)
  await join()
  await stage.pass('it is decided', () => ['paired', 'failed'].includes(joiner.state.state))
  return arePaired(host, joiner)
}

describe('a link', () => {
  test('pairs as words do, with both people asked', async () => {
    answering(stage.host)
    const { link } = await stage.shown()
    expect(await pairedBy(() => stage.joiner.pairing.join(` ${link}\n`, null))).toBe(true)
    expect(stage.host.state.state).toBe('paired')
  })

  test('is used up with the words, and the words with it', async () => {
    answering(stage.host)
    const { link, phrase } = await stage.shown()
    expect(await pairedBy(() => stage.joiner.pairing.join(phrase, null))).toBe(true)
    stage.joiner.pairing.join(link, null)
    await stage.pass('it is told', () => faultOf(stage.joiner) === 'pairing.spent')
  })

  test('with another secret is as good as none, and burns nothing', async () => {
    const { link } = await stage.shown()
    const forged = link.replace(/s=[\w-]{4}/, 's=AAAA')
    for (let n = 0; n < 4; n++) {
      stage.joiner.pairing.join(forged, null)
      await stage.pass('it is told', () => faultOf(stage.joiner) === 'pairing.spent')
    }
    expect(stage.host.state).toMatchObject({ state: 'showing', code: { triesLeft: 3 } })
  })

  test('that has expired is not even tried', async () => {
    const { link } = await stage.shown()
    await stage.clock.advance(300_000)
    const join = () => stage.joiner.pairing.join(link, null)
    expect(join).toThrow(expect.objectContaining({ code: 'pairing.spent' }))
  })
})

describe('an invitation in a file', () => {
  test('pairs with the password, once, without asking the host again', async () => {
    const { host, joiner } = stage
    const { file, password, invite } = await host.pairing.invites.create()
    expect(password.split('-')).toHaveLength(6)
    expect(host.pairing.invites.table.rows).toEqual([invite])
    const typed = ` ${password.replaceAll('-', ' ').toUpperCase()} `
    expect(await pairedBy(() => joiner.pairing.joinFile(file, typed))).toBe(true)
    expect(host.pairing.invites.table.rows).toEqual([])
    await joiner.pairing.joinFile(file, password)
    await stage.pass('it is told', () => faultOf(joiner) === 'pairing.spent')
  })

  test('the file alone tells nothing, and a wrong password and a damaged file are the same', async () => {
    const { host, joiner } = stage
    const { file, password } = await host.pairing.invites.create()
    expect(Buffer.from(file).includes(host.id)).toBe(false)
    expect(Buffer.from(file).includes('gangway://')).toBe(false)
    const refused = { code: 'pairing.password' }
    const wrong = password.replace(/^\w+/, 'zoo')
    await expect(joiner.pairing.joinFile(file, wrong)).rejects.toMatchObject(refused)
    const touched = flipped(file, file.length - 1)
    await expect(joiner.pairing.joinFile(touched, password)).rejects.toMatchObject(refused)
    await expect(joiner.pairing.joinFile(Buffer.alloc(9), password)).rejects.toMatchObject(refused)
    expect(host.pairing.invites.table.rows).toHaveLength(1)
  })

  test('is taken until the day is over', async () => {
    const { host, joiner } = stage
    const { file, password } = await host.pairing.invites.create()
    await stage.clock.advance(23 * hour)
    expect(host.pairing.invites.table.rows).toHaveLength(1)
    await stage.clock.advance(hour)
    expect(host.pairing.invites.table.rows).toEqual([])
    await expect(joiner.pairing.joinFile(file, password)).rejects.toMatchObject({
      code: 'pairing.spent',
    })
  })

  test('is not taken once withdrawn', async () => {
    const { host, joiner } = stage
    const { file, password, invite } = await host.pairing.invites.create()
    await host.pairing.invites.withdraw(invite.id)
    await joiner.pairing.joinFile(file, password)
    await stage.pass('it is told', () => faultOf(joiner) === 'pairing.spent')
    expect(host.devices.ids).toEqual([])
  })

  test('survives a restart, in the store and nowhere else, and is still for one', async () => {
    const { clock, net, joiner } = stage
    const disk = new Map<string, string>()
    const options = () => ({ ...onNet(net, clock), store: memoryStore(disk) })
    const before = await openPairingNode('Server', options())
    const { file, password } = await before.pairing.invites.create()
    await before.close()
    const after = stage.own(await openPairingNode('Server', options()))
    expect(after.pairing.invites.table.rows).toHaveLength(1)
    answering(joiner)
    // Its port is another one now, which it announces to whoever holds the file.
    await joiner.pairing.joinFile(file, password)
    await stage.pass('both are paired', () => arePaired(after, joiner))
    await stage.pass('it is used', () => [...disk.keys()].every((key) => !key.includes('invites')))
  })

  test('a blocked device does not come back with it', async () => {
    const { host, joiner } = stage
    const first = await host.pairing.invites.create()
    expect(await pairedBy(() => joiner.pairing.joinFile(first.file, first.password))).toBe(true)
    await host.devices.change(joiner.id, { trust: 'blocked' })
    const { file, password } = await host.pairing.invites.create()
    await joiner.pairing.joinFile(file, password)
    await stage.pass('it is told', () => faultOf(joiner) === 'pairing.declined')
    expect(host.devices.trustOf(joiner.id)).toBe('blocked')
  })
})

describe('safety 6: the secrets of a pairing', () => {
  test('no word, link or password is in a log, whatever happens', async () => {
    const { clock, net, joiner } = stage
    const draw = () => phrase
    const options = { ...onNet(net, clock), log: stage.logger, draw }
    const host = stage.own(await openPairingNode('Attic', options))
    answering(host)
    answering(joiner)
    host.pairing.show()
    await stage.pass('words are shown', () => host.state.state === 'showing')
    const { link } = codeOf(host)
    const wrong = await stage.wrong(phrase.join(' '))
    await wrong.open()
    await wrong.prove()
    await wrong.closed()
    joiner.pairing.join(phrase.join(' '), null)
    await stage.pass('both are paired', () => arePaired(host, joiner))
    const { file, password } = await host.pairing.invites.create()
    await joiner.pairing.joinFile(file, 'zoo').catch(() => {})
    joiner.pairing.join(link, null)
    await stage.pass('it is told', () => faultOf(joiner) === 'pairing.spent')

    const logged = JSON.stringify(stage.log)
    expect(logged).toContain('pairing.mismatch')
    const root = Buffer.from(host.devices.rootOf(joiner.id) ?? [])
    const secret = /s=([\w-]+)/.exec(link)?.[1] ?? 'no secret'
    const others = [secret, password, root.toString('base64'), root.toString('hex')]
    for (const text of [...phrase, ...others]) expect(logged).not.toContain(text)
  })
})

test('words whose place is taken are drawn again', async () => {
  const { clock, net } = stage
  const taken = await rawHost(net, clock.now(), phrase)
  stage.own(taken)
  const other = phraseOf('zoo zone youth yellow wrong')
  const drawn = [phrase, phrase, other]
  const options = { ...onNet(net, clock), draw: () => drawn.shift() ?? other }
  const host = stage.own(await openPairingNode('Attic', options))
  host.pairing.show()
  await stage.pass('words are shown', () => host.state.state === 'showing')
  expect(codeOf(host).words).toEqual(other)
})
