import { describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { memoryStore } from '../../support/memory-store.ts'
import {
  answering,
  arePaired,
  codeOf,
  faultOf,
  onNet,
  openPairingNode,
} from '../../support/pairing-nodes.ts'
import { phraseOf, rawHost } from '../../support/raw-pairing.ts'
import { onStage } from './stage.ts'

const stage = onStage()

async function asked() {
  const { phrase } = await stage.shown()
  stage.joiner.pairing.join(phrase, null)
  await stage.pass('the host is asked', () => stage.host.state.state === 'asking')
}

/** The host is asked about a joiner that this test plays itself. */
async function askedByHand() {
  const { phrase } = await stage.shown()
  const guest = await stage.raw(phrase)
  await guest.open()
  await guest.prove()
  await stage.pass('the host is asked', () => stage.host.state.state === 'asking')
  return guest
}

function answer(node: typeof stage.host, accept: boolean): void {
  const { state } = node
  if (state.state !== 'asking') throw new Error(`not asking but ${state.state}`)
  node.pairing.answer(state.prompt, accept)
}

function known(): string[] {
  return [...stage.host.devices.ids, ...stage.joiner.devices.ids]
}

describe('both people are asked', () => {
  test('both say yes: they are paired, and nobody waits for anybody any more', async () => {
    await asked()
    expect(stage.host.state).toMatchObject({ device: { id: stage.joiner.id, name: 'Studio' } })
    expect(known()).toEqual([])
    answer(stage.host, true)
    await stage.pass('the joiner is asked', () => stage.joiner.state.state === 'asking')
    expect(stage.joiner.devices.ids).toEqual([])
    answer(stage.joiner, true)
    await stage.pass('both say so', () => {
      return [stage.host, stage.joiner].every(({ state }) => state.state === 'paired')
    })
    expect(arePaired(stage.host, stage.joiner)).toBe(true)
    expect(stage.net.places).toEqual([])
  })

  test('the host declines: the joiner is told, nothing is kept', async () => {
    await asked()
    answer(stage.host, false)
    await stage.pass('it is told', () => faultOf(stage.joiner) === 'pairing.declined')
    await stage.pass('the host is quiet', () => stage.host.state.state === 'quiet')
    expect(known()).toEqual([])
  })

  test('the host declines, and it stands although the joiner is gone before it hears', async () => {
    const guest = await askedByHand()
    answer(stage.host, false)
    guest.close()
    await stage.pass('it is over', () => stage.host.state.state !== 'asking')
    expect(stage.host.state.state).toBe('quiet')
  })

  test('a host whose disk takes nothing confirms nothing', async () => {
    const store = memoryStore()
    const full = () => Promise.reject(new Fault('disk.full', { folder: 'the profile' }))
    const cellar = stage.own(
      await openPairingNode('Cellar', {
        ...onNet(stage.net, stage.clock),
        store: {
          ...store,
          collection: (name, schema) => ({ ...store.collection(name, schema), put: full }),
        },
      }),
    )
    cellar.pairing.show()
    await stage.pass('words are shown', () => cellar.state.state === 'showing')
    const guest = await stage.raw(codeOf(cellar).phrase)
    await guest.open()
    await guest.prove()
    await stage.pass('it is asked', () => cellar.state.state === 'asking')
    answer(cellar, true)
    await expect(guest.hear()).rejects.toMatchObject({ code: 'pairing.failed' })
    expect((await guest.closed()).code).toBe('pairing.failed')
  })

  test('the joiner declines: the host is told, nothing is kept', async () => {
    await asked()
    answer(stage.host, true)
    await stage.pass('the joiner is asked', () => stage.joiner.state.state === 'asking')
    expect(stage.joiner.state).toMatchObject({ device: { id: stage.host.id, name: 'Kitchen' } })
    answer(stage.joiner, false)
    await stage.pass('it is told', () => faultOf(stage.host) === 'pairing.declined')
    expect(stage.joiner.state.state).toBe('quiet')
    expect(known()).toEqual([])
  })

  test('the joiner gives up while it is asked: as good as a no', async () => {
    await asked()
    answer(stage.host, true)
    await stage.pass('the joiner is asked', () => stage.joiner.state.state === 'asking')
    stage.joiner.pairing.cancel()
    await stage.pass('it is told', () => faultOf(stage.host) === 'pairing.declined')
    expect(known()).toEqual([])
  })

  test('nobody answers on the host for a minute', async () => {
    await asked()
    await stage.clock.advance(59_000)
    expect(stage.host.state.state).toBe('asking')
    await stage.clock.advance(1_500)
    await stage.pass('it is told', () => faultOf(stage.joiner) === 'pairing.declined')
    await stage.pass('so is the host', () => faultOf(stage.host) === 'pairing.unanswered')
    expect(known()).toEqual([])
  })

  test('nobody answers on the joiner for a minute', async () => {
    await asked()
    answer(stage.host, true)
    await stage.pass('the joiner is asked', () => stage.joiner.state.state === 'asking')
    await stage.clock.advance(60_500)
    await stage.pass('it is told', () => faultOf(stage.host) === 'pairing.declined')
    expect(faultOf(stage.joiner)).toBe('pairing.unanswered')
    expect(known()).toEqual([])
  })

  test('a joiner who takes 50 s is still paired on both sides', async () => {
    await asked()
    answer(stage.host, true)
    await stage.pass('the joiner is asked', () => stage.joiner.state.state === 'asking')
    await stage.clock.advance(50_000)
    expect(stage.host.devices.ids).toEqual([])
    answer(stage.joiner, true)
    await stage.pass('both are paired', () => arePaired(stage.host, stage.joiner))
    await stage.clock.advance(60_000)
    expect(arePaired(stage.host, stage.joiner)).toBe(true)
  })

  test('a question is answered once', async () => {
    await asked()
    const { state } = stage.host
    if (state.state !== 'asking') throw new Error('not asking')
    stage.host.pairing.answer(state.prompt, true)
    expect(() => stage.host.pairing.answer(state.prompt, false)).toThrow('nobody waits')
    expect(() => stage.host.pairing.answer('another', true)).toThrow('nobody waits')
  })

  test('the peer goes away: the question goes with it', async () => {
    const raw = await askedByHand()
    raw.close()
    await stage.pass('it is over', () => faultOf(stage.host) === 'pairing.failed')
    expect(known()).toEqual([])
  })
})

describe('safety 3: what is lost on the way leaves both paired or neither', () => {
  test('M6 never comes: the joiner keeps nothing', async () => {
    const words = phraseOf('orbit maple velvet stone hero')
    const host = stage.own(await rawHost(stage.net, stage.clock.now(), words))
    stage.joiner.pairing.join(words.join(' '), null)
    const { side } = await host.receive()
    await side.hear()
    await stage.clock.advance(71_000)
    await stage.pass('the joiner gives up', () => faultOf(stage.joiner) === 'pairing.failed')
    expect(known()).toEqual([])
  })

  test('M6 is lost: the host forgets within 30 s', async () => {
    const raw = await askedByHand()
    answer(stage.host, true)
    await raw.hear()
    expect(stage.host.devices.ids).toHaveLength(1)
    raw.close()
    await stage.pass('it failed', () => faultOf(stage.host) === 'pairing.failed')
    await stage.clock.advance(30_000)
    expect(known()).toEqual([])
  })

  test('M7 never left, and a session shows the same: the host is done and keeps it', async () => {
    const raw = await askedByHand()
    answer(stage.host, true)
    const { root, peer } = raw.exchange.onM6(await raw.hear()).paired
    expect(peer.id).toBe(stage.host.id)
    const [id] = stage.host.devices.ids
    if (!id) throw new Error('not saved')
    const sought: string[] = []
    stage.host.devices.changes.on('added', (added) => sought.push(added))
    expect(stage.host.state.state).not.toBe('paired')
    await stage.host.devices.prove(id, root)
    await stage.pass('the host is done', () => stage.host.state.state === 'paired', 1_000)
    expect(sought).toEqual([id])
    expect((await raw.closed()).code).toBe('clean')
    await stage.clock.advance(60_000)
    expect(stage.host.devices.ids).toEqual([id])
  })

  test('M7 is lost: the joiner holds the root that the host will be asked for', async () => {
    const words = phraseOf('orbit maple velvet stone hero')
    const host = stage.own(await rawHost(stage.net, stage.clock.now(), words))
    answering(stage.joiner)
    stage.joiner.pairing.join(words.join(' '), null)
    const { side, exchange } = await host.receive()
    exchange.onM5(await side.hear())
    const { message, paired } = exchange.accept()
    await side.say(message)
    await stage.pass('the joiner is done', () => stage.joiner.state.state === 'paired')
    const [id] = stage.joiner.devices.ids
    expect(id && stage.joiner.devices.rootOf(id)).toEqual(Buffer.from(paired.root))
    // What a first session finds when that host has forgotten.
    if (id) await stage.joiner.devices.disowned(id, paired.root)
    expect(stage.joiner.devices.ids).toEqual([])
  })

  test('the host says at the last moment that it failed: the joiner forgets at once', async () => {
    const words = phraseOf('orbit maple velvet stone hero')
    const host = stage.own(await rawHost(stage.net, stage.clock.now(), words))
    answering(stage.joiner)
    stage.joiner.pairing.join(words.join(' '), null)
    const { side, exchange } = await host.receive()
    exchange.onM5(await side.hear())
    await side.say(exchange.accept().message)
    await side.hear()
    side.connection.close('pairing.failed')
    await stage.pass('it failed', () => faultOf(stage.joiner) === 'pairing.failed')
    expect(stage.joiner.devices.ids).toEqual([])
  })
})

describe('what is said when it does not work', () => {
  test('nobody shows such words', async () => {
    stage.joiner.pairing.join('orbit maple velvet stone hero', null)
    expect(stage.joiner.state.state).toBe('searching')
    await stage.pass('it is told', () => stage.joiner.state.state === 'failed')
    expect(faultOf(stage.joiner)).toBe('pairing.nobody')
  })

  test('the last three words are wrong', async () => {
    const { words } = await stage.shown()
    stage.joiner.pairing.join([...words.slice(0, 2), 'zoo', 'zoo', 'zoo'].join(' '), null)
    await stage.pass('it is told', () => faultOf(stage.joiner) === 'pairing.mismatch')
    expect(codeOf(stage.host).triesLeft).toBe(2)
  })

  test('a newer host', async () => {
    const words = phraseOf('orbit maple velvet stone hero')
    const host = stage.own(await rawHost(stage.net, stage.clock.now(), words, words, 2))
    stage.joiner.pairing.join(words.join(' '), null)
    await host.receive().catch(() => {})
    await stage.pass('it is told', () => stage.joiner.state.state === 'failed')
    expect(faultOf(stage.joiner)).toBe('pairing.version')
  })

  test('one’s own words', async () => {
    const { phrase, link } = await stage.shown()
    const itself = expect.objectContaining({ code: 'pairing.itself' })
    expect(() => stage.host.pairing.join(phrase, null)).toThrow(itself)
    expect(() => stage.host.pairing.join(link, null)).toThrow(itself)
    expect(stage.host.state.state).toBe('showing')
  })

  test.each([
    ['orbit maple velvet stone', 'a phrase is five words'],
    ['orbit maple velvet stone xyzzy', 'word 5 is not on the list'],
    ['gangway://pair?v=1', 'this is no pairing link'],
  ])('%s: %s', (typed, problem) => {
    const join = () => stage.joiner.pairing.join(typed, null)
    expect(join).toThrow(expect.objectContaining({ code: 'input.invalid', details: { problem } }))
  })
})

describe('one pairing at a time', () => {
  test('cancelling takes the words back at once', async () => {
    const { phrase } = await stage.shown()
    stage.host.pairing.cancel(99)
    expect(stage.host.state.state).toBe('showing')
    stage.host.pairing.cancel()
    expect(stage.host.state.state).toBe('quiet')
    await stage.pass('nobody waits there', () => stage.net.places.length === 0)
    await expect(stage.raw(phrase)).rejects.toMatchObject({ code: 'peer.unreachable' })
  })

  test('new words end the old ones', async () => {
    const old = await stage.shown()
    const fresh = await stage.shown()
    expect(fresh.phrase).not.toBe(old.phrase)
    expect(stage.host.state.attempt).toBe(2)
    await stage.pass('one place is left', () => stage.net.places.length === 1)
    await expect(stage.raw(old.phrase)).rejects.toMatchObject({ code: 'peer.unreachable' })
  })
})
