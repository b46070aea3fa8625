import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeReceiver } from '#core/transfers/content/encode.ts'
import type { ReceiverMessage, Wish } from '#core/transfers/content/messages.ts'
import type { Lane } from '#core/transfers/lanes/lane.ts'
import { closing } from '../../support/closing.ts'
import { memoryLanePair, TestMover } from '../../support/movers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { writeTree } from '../../support/transfers.ts'
import { until } from '../../support/until.ts'

const own = closing()
const welcome: ReceiverMessage = { kind: 'welcome', known: 0 }
/** tree, tree/a, tree/b, tree/sub, tree/sub/c */
const tree = { 'tree/a': 100, 'tree/b': 300_000, 'tree/sub/c': 0 }
const all: ReceiverMessage = {
  kind: 'wish',
  range: { first: 1, count: 1 },
  wish: { kind: 'from', offset: 0 },
}

async function drain(lane: Lane): Promise<void> {
  try {
    while (await lane.receive());
  } catch {
    // It broke off.
  }
}

class SendingMover extends TestMover {
  constructor(source: string) {
    super({ role: 'send', sources: [source] })
  }

  close(): Promise<void> {
    return this.stop()
  }
}

/** Says everything to a fresh sender once that has told its list; never answers otherwise. */
async function attack(
  source: string,
  said: readonly (ReceiverMessage | Uint8Array)[],
): Promise<TestMover> {
  const sender = own(new SendingMover(source))
  await until('it wants a lane', () => sender.wantsLane)
  await until('it has listed all', () => sender.find('listed')?.complete === true)
  const [its, mine] = await memoryLanePair()
  own(mine)
  sender.give(its)
  try {
    await mine.send([encodeReceiver(welcome)])
    // Whatever is asked for next was told before.
    await mine.receive()
    await mine.receive()
    void drain(mine)
    for (const one of said) await mine.send([one instanceof Uint8Array ? one : encodeReceiver(one)])
    await mine.send([], true)
  } catch {
    // It broke off.
  }
  return sender
}

const beyond = { first: 4, count: 2 }
const hash = new Uint8Array(32)
const malformedOnes: Record<string, ReceiverMessage[]> = {
  'what was never told, refused': [{ kind: 'refuse', index: 5, reason: 'name' }],
  'a folder refused as if it were on its way': [{ kind: 'refuse', index: 0, reason: 'name' }],
  'a wish beyond the end of the list': [
    { kind: 'wish', range: beyond, wish: { kind: 'have', hash } },
  ],
  'a wish beyond the end of a file': [
    { kind: 'wish', range: { first: 1, count: 1 }, wish: { kind: 'from', offset: 101 } },
  ],
  'a wish beyond everything': [
    {
      kind: 'wish',
      range: { first: 1, count: 1 },
      wish: { kind: 'from', offset: Number.MAX_SAFE_INTEGER },
    },
  ],
  'the content of a folder': [
    { kind: 'wish', range: { first: 0, count: 1 }, wish: { kind: 'from', offset: 0 } },
  ],
  'the pieces of a folder': [{ kind: 'sums?', index: 0 }],
  'a stretch of a folder': [{ kind: 'again', index: 0, offset: 0, length: 0 }],
  'a stretch beyond the end': [{ kind: 'again', index: 1, offset: 90, length: 20 }],
  'what was not sent, landed': [{ kind: 'landed', ranges: [{ first: 1, count: 1 }] }],
  'welcome twice': [welcome],
  'that all is settled': [{ kind: 'settled' }],
}

test.each(Object.entries(malformedOnes))(
  'safety 10: a receiver that says %s is broken off',
  async (_, said) => {
    using from = temporaryFolder()
    writeTree(from.path, tree)
    const sender = await attack(join(from.path, 'tree'), said)
    await until('it has broken off', () => sender.find('failed') !== null)
    expect(sender.find('failed')?.fault.code).toBe('frame.malformed')
  },
)

test('safety 10: a receiver that wants twice what it waits for is broken off', async () => {
  using from = temporaryFolder()
  writeTree(from.path, tree)
  const twice = Buffer.concat([encodeReceiver(all), encodeReceiver(all)])
  const sender = await attack(join(from.path, 'tree'), [twice])
  await until('it has broken off', () => sender.find('failed') !== null)
  expect(sender.find('failed')?.fault.code).toBe('frame.malformed')
})

test('safety 8: of an empty list nothing can be refused', async () => {
  using from = temporaryFolder()
  const sender = await attack(join(from.path, 'nothing'), [
    { kind: 'refuse', index: 0, reason: 'name' },
  ])
  await until('it has broken off', () => sender.find('failed') !== null)
  expect(sender.find('failed')?.fault.code).toBe('frame.malformed')
})

test('safety 8: answers without end to what is over are not listened to', async () => {
  using from = temporaryFolder()
  writeTree(from.path, tree)
  const have: Wish = { kind: 'have', hash }
  const row = encodeReceiver({ kind: 'wish', range: { first: 0, count: 4 }, wish: have })
  const flood = Buffer.concat(Array.from({ length: 10_000 }, () => row))
  const sender = await attack(join(from.path, 'tree'), [flood, flood, flood])
  await until('it has broken off', () => sender.find('failed') !== null)
  expect(sender.find('failed')?.fault.code).toBe('frame.malformed')
})

test('safety 7, 8: no order of answers does more than fail', async () => {
  const index = fc.nat(6)
  const range = fc.record({ first: index, count: fc.oneof(fc.nat(6), fc.constant(3_999_000)) })
  const offset = fc.oneof(fc.nat(300_001), fc.constantFrom(2 ** 32, Number.MAX_SAFE_INTEGER))
  const wish = fc.oneof<fc.Arbitrary<Wish>[]>(
    offset.map((offset) => ({ kind: 'from', offset })),
    fc.constant({ kind: 'have', hash }),
    fc.constant({ kind: 'probe' }),
    fc.constant({ kind: 'refused', reason: 'extra' }),
  )
  const message = fc.oneof<fc.Arbitrary<ReceiverMessage | Uint8Array>[]>(
    fc.tuple(range, wish).map(([range, wish]) => ({ kind: 'wish', range, wish })),
    fc.constant(all),
    range.map((one) => ({ kind: 'landed', ranges: [one] })),
    index.map((index) => ({ kind: 'refuse', index, reason: 'skipped' })),
    index.map((index) => ({ kind: 'sums?', index })),
    fc
      .tuple(index, offset, offset)
      .map(([index, offset, length]) => ({ kind: 'again', index, offset, length })),
    fc.constantFrom<ReceiverMessage>(
      { kind: 'hold', reason: 'person' },
      { kind: 'hold', reason: null },
      { kind: 'settled' },
      welcome,
    ),
    fc.uint8Array({ minLength: 1, maxLength: 40 }),
  )
  using from = temporaryFolder()
  writeTree(from.path, { ...tree, 'tree/b': randomBytes(300_000).toString('latin1') })
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 10 }), async (said) => {
      const sender = await attack(join(from.path, 'tree'), said)
      // Still its own master, whatever was said.
      await sender.stop()
      expect(sender.find('failed')?.fault.code ?? 'frame.malformed').toBe('frame.malformed')
    }),
    { numRuns: 60 },
  )
}, 60_000)
