import { describe, expect, test } from 'vitest'
import { answering, arePaired, faultOf } from '../../support/pairing-nodes.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { phraseOf, rawHost, type RawJoiner } from '../../support/raw-pairing.ts'
import { onStage } from './stage.ts'

const stage = onStage()
const refused = { code: 'pairing.failed', byPeer: true }
const minute = 60_000

function tries(): number {
  const { state } = stage.host
  return state.state === 'showing' ? state.code.triesLeft : 0
}

async function openTo(m4: RawJoiner): Promise<RawJoiner> {
  await m4.open()
  return m4
}

/** The words still work, for somebody who has them. */
async function stillPairs(phrase: string): Promise<boolean> {
  const { host, joiner } = stage
  answering(host)
  answering(joiner)
  joiner.pairing.join(phrase, null)
  await stage.pass('both are paired', () => {
    return host.state.state === 'paired' && joiner.state.state === 'paired'
  })
  return arePaired(host, joiner)
}

describe('safety 3: guessing', () => {
  test('three wrong tries burn the words, and the host is told', async () => {
    const { phrase } = await stage.shown()
    for (const left of [2, 1, 0]) {
      const guess = await openTo(await stage.wrong(phrase))
      await guess.prove()
      expect(await guess.closed()).toEqual(refused)
      if (left > 0) expect(tries()).toBe(left)
    }
    await stage.pass('the host knows', () => faultOf(stage.host) === 'pairing.guessed')
    await stage.pass('nobody waits there any more', () => stage.net.places.length === 0)
    await expect(stage.raw(phrase)).rejects.toMatchObject({ code: 'peer.unreachable' })
  })

  test('eight at once: four get in, three are looked at, the right words come too late', async () => {
    const { phrase } = await stage.shown()
    const all = [await stage.raw(phrase)]
    while (all.length < 8) all.push(await stage.wrong(phrase))
    const outcomes = await Promise.allSettled(all.map((each) => openTo(each)))
    const inside = all.filter((_, place) => outcomes[place]?.status === 'fulfilled')
    expect(inside).toHaveLength(4)
    for (const outside of all.filter((each) => !inside.includes(each))) {
      expect(await outside.closed()).toEqual({ code: 'peer.busy', byPeer: true })
    }
    const [right, ...wrong] = inside
    expect(right).toBe(all[0])
    for (const guess of wrong) {
      await guess.prove()
      expect(await guess.closed()).toEqual(refused)
    }
    await right?.prove().catch(() => {})
    expect((await right?.closed())?.code).not.toBe('clean')
    await stage.pass('the host knows', () => faultOf(stage.host) === 'pairing.guessed')
    expect(stage.host.devices.ids).toEqual([])
  })

  test('eight wrong proofs in one breath are three tries', async () => {
    const { phrase } = await stage.shown()
    const opened = []
    for (let n = 0; n < 4; n++) opened.push(await openTo(await stage.wrong(phrase)))
    await Promise.all(opened.map((guess) => guess.prove()))
    await Promise.all(opened.map((guess) => guess.closed()))
    const looked = stage.log.filter(({ fields }) => {
      return JSON.stringify(fields['fault'] ?? '').includes('pairing.mismatch')
    })
    expect(looked).toHaveLength(3)
  })

  test('ten who leave before their proof burn nothing', async () => {
    const { phrase } = await stage.shown()
    for (let n = 0; n < 10; n++) (await openTo(await stage.wrong(phrase))).close()
    expect(tries()).toBe(3)
    expect(await stillPairs(phrase)).toBe(true)
  })

  test('words are for one: the second with the right words is refused', async () => {
    const { phrase } = await stage.shown()
    const [one, other] = [
      await openTo(await stage.raw(phrase)),
      await openTo(await stage.raw(phrase)),
    ]
    await one.prove()
    await stage.pass('the host is asked', () => stage.host.state.state === 'asking')
    await other.prove()
    expect(await other.closed()).toEqual(refused)
    const late = await stage.raw(phrase)
    await expect(openTo(late)).rejects.toMatchObject({ code: 'pairing.failed' })
    expect(stage.host.state.state).toBe('asking')
  })

  test('a joiner gives a fake host three guesses and no more', async () => {
    const words = phraseOf('orbit maple velvet stone hero')
    const fake = stage.own(
      await rawHost(stage.net, stage.clock.now(), words, ['orbit', 'maple', 'zoo', 'zoo', 'zoo']),
    )
    for (let n = 0; n < 3; n++) {
      stage.joiner.pairing.join(words.join(' '), null)
      expect(stage.joiner.state.state).toBe('searching')
      const { side } = await fake.receive()
      await side.hear()
      side.connection.close('pairing.failed')
      await stage.pass('it failed', () => faultOf(stage.joiner) === 'pairing.mismatch')
    }
    stage.joiner.pairing.join(words.join(' '), null)
    const { side } = await fake.receive()
    await stage.pass('there is no fourth', () => faultOf(stage.joiner) === 'pairing.tries')
    await expect(side.hear()).rejects.toMatchObject({ code: 'peer.closed' })
  })
})

describe('safety 3: time', () => {
  test.each([
    ['five minutes pass', () => stage.clock.advance(5 * minute)],
    ['the wall clock is set forward', async () => stage.clock.jump(5 * minute)],
    [
      'the wall clock is set back and five minutes pass',
      async () => {
        stage.clock.jump(-60 * minute)
        await stage.clock.advance(5 * minute)
      },
    ],
  ])('%s: no M1, no proof is taken any more', async (_, bend) => {
    const { phrase } = await stage.shown()
    const late = await stage.raw(phrase)
    const opened = await openTo(await stage.raw(phrase))
    await bend()
    await Promise.allSettled([openTo(late), opened.prove()])
    expect((await late.closed()).code).not.toBe('clean')
    expect((await opened.closed()).code).not.toBe('clean')
    await stage.pass('the words are gone', () => faultOf(stage.host) === 'pairing.expired')
    expect(stage.host.devices.ids).toEqual([])
  })

  test('after a sleep the words are gone by themselves', async () => {
    await stage.shown()
    stage.clock.jump(10 * minute)
    await stage.pass('it is noticed', () => faultOf(stage.host) === 'pairing.expired', 10_000)
    expect(stage.net.places).toEqual([])
  })

  test('a second before the end they still pair', async () => {
    const { phrase } = await stage.shown()
    await stage.clock.advance(5 * minute - 4_000)
    expect(await stillPairs(phrase)).toBe(true)
  })
})

describe('safety 3: the channel', () => {
  test.each([
    ['a relayed joiner', { joiner: fakeId(7) }],
    ['another meeting point', { meetingPoint: fakeId(7) }],
    [
      'another epoch',
      { secret: { kind: 'words', phrase: phraseOf('orbit maple velvet stone hero'), epoch: 1 } },
    ],
  ] as const)('%s: the right words do not help, and a try is spent', async (_, lies) => {
    const { phrase } = await stage.shown()
    const liar = await openTo(await stage.raw(phrase, lies))
    await liar.prove()
    expect(await liar.closed()).toEqual(refused)
    expect(tries()).toBe(2)
  })

  test('another version is told so, and costs nothing', async () => {
    const { phrase } = await stage.shown()
    const newer = await stage.raw(phrase)
    await newer.say(Buffer.concat([Uint8Array.of(2), Buffer.alloc(32)]))
    expect(await newer.closed()).toEqual({ code: 'pairing.version', byPeer: true })
    expect(tries()).toBe(3)
  })

  test('an announcement repeated by somebody else leads nobody astray', async () => {
    const { phrase } = await stage.shown()
    const [place] = stage.net.places
    if (place) stage.net.announce(place, ['10.0.0.66:666'])
    expect(await stillPairs(phrase)).toBe(true)
  })
})

describe('safety 8 and 9: what strangers can cost', () => {
  const header = (length: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(length)
    return bytes
  }

  test.each([
    ['oversize', async (raw: RawJoiner) => raw.stream.write(header(4_097))],
    [
      'truncated',
      async (raw: RawJoiner) => {
        await raw.stream.write(Buffer.concat([header(33), Buffer.alloc(10)]))
        await raw.stream.finish()
      },
    ],
    ['empty', async (raw: RawJoiner) => raw.stream.write(header(0))],
    ['garbage', async (raw: RawJoiner) => raw.say(Buffer.alloc(4_096, 1))],
    [
      'slow',
      async (raw: RawJoiner) => {
        for (let second = 0; second < 16; second++) {
          await raw.stream.write(Uint8Array.of(0)).catch(() => {})
          await stage.clock.advance(1_000)
        }
      },
    ],
    ['silent', async () => stage.clock.advance(15_500)],
  ])('%s frames end in one generic failure and burn nothing', async (_, misbehave) => {
    const { phrase } = await stage.shown()
    const raw = await stage.raw(phrase)
    await raw.stream.write(new Uint8Array())
    await misbehave(raw)
    const { code } = await raw.closed()
    expect(['pairing.failed', 'pairing.version']).toContain(code)
    expect(tries()).toBe(3)
    expect(await stillPairs(phrase)).toBe(true)
  })

  test('5,000 who connect and say nothing do not keep out who speaks', async () => {
    const { phrase } = await stage.shown()
    let evicted = 0
    const crowd = async (count: number) => {
      for (let n = 0; n < count; n++) {
        const silent = await stage.silent()
        void silent.closed.then(() => (evicted += 1))
      }
    }
    await crowd(2_500)
    const flood = crowd(2_500)
    expect(await stillPairs(phrase)).toBe(true)
    await flood
    expect(evicted).toBeGreaterThan(4_900)
  })

  test('whoever asks too often is told to wait, and may again later', async () => {
    const { phrase } = await stage.shown()
    const outcomes = []
    for (let n = 0; n < 30; n++) {
      const raw = await stage.raw(phrase)
      outcomes.push(
        await openTo(raw).then(
          () => 'open',
          () => 'refused',
        ),
      )
      raw.close()
    }
    expect(outcomes.filter((outcome) => outcome === 'open')).toHaveLength(20)
    await stage.clock.advance(3_000)
    await openTo(await stage.raw(phrase))
    expect(tries()).toBe(3)
  })
})
