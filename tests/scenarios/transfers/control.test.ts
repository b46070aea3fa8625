import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import type { TestCore } from '../../support/paired-cores.ts'
import { twoWithFiles } from '../../support/transfer-scene.ts'
import {
  act,
  becomes,
  comesTo,
  isUnderWay,
  send,
  slow,
  transferAt,
  treeOf,
  writeTree,
} from '../../support/transfers.ts'

const own = closing()
const size = 6_000_000

/** A file on its way, slowly: it takes three seconds. */
async function midway() {
  const { ada, bob, source } = await twoWithFiles(own)
  writeTree(source, { 'film.mkv': size })
  await slow(ada, 2_000_000)
  const id = await send(ada, bob, [join(source, 'film.mkv')])
  await isUnderWay(ada, id)
  return { ada, bob, source, id }
}

async function arrives({ ada, bob, source, id }: Awaited<ReturnType<typeof midway>>) {
  await slow(ada, null)
  expect(await comesTo(ada, id, 'done', 30_000)).toMatchObject({ bytes: size, doneFiles: 1 })
  await comesTo(bob, id, 'done')
  expect(treeOf(bob.downloads)).toEqual(treeOf(source))
}

/** Which of the two acts, and what both then show. */
const sides = [
  ['the sender', (scene: { ada: TestCore; bob: TestCore }) => [scene.ada, scene.bob] as const],
  ['the receiver', (scene: { ada: TestCore; bob: TestCore }) => [scene.bob, scene.ada] as const],
] as const

describe.each(sides)('%s', (_, of) => {
  test('pauses and goes on: nothing is lost, and both show who it was', async () => {
    const scene = await midway()
    const { id } = scene
    const [actor, other] = of(scene)
    await act(actor, 'pause', id)
    expect(await comesTo(actor, id, 'paused')).toMatchObject({ by: 'me', lane: null, rate: 0 })
    expect(await comesTo(other, id, 'paused')).toMatchObject({ by: 'peer' })
    expect(scene.ada.rooms.transfers.movingCount).toBe(0)
    await act(actor, 'resume', id)
    await arrives(scene)
  }, 60_000)

  test('cancels: it ends on both sides and nothing of it stays behind', async () => {
    const scene = await midway()
    const { id } = scene
    const [actor, other] = of(scene)
    await act(actor, 'cancel', id)
    expect(await comesTo(actor, id, 'cancelled')).toMatchObject({ by: 'me' })
    expect(await comesTo(other, id, 'cancelled')).toMatchObject({ by: 'peer' })
    await becomes(
      scene.bob,
      id,
      'the end',
      () => treeOf(scene.bob.downloads)['film.mkv'] === undefined,
    )
    await expect.poll(() => existsSync(join(scene.bob.downloads, '.gangway'))).toBe(false)
    expect(treeOf(scene.bob.downloads)).toEqual({})
    await slow(scene.ada, null)
    await act(actor, 'retry', id)
    // Whoever cancelled it there is asked; here both trust each other.
    await arrives(scene)
  }, 60_000)
})

test('only one of the two may take back a pause: each its own', async () => {
  const scene = await midway()
  const { ada, bob, id } = scene
  await act(ada, 'pause', id)
  await act(bob, 'pause', id)
  await act(ada, 'resume', id)
  expect(await comesTo(ada, id, 'paused')).toMatchObject({ by: 'peer' })
  await act(bob, 'resume', id)
  await arrives(scene)
}, 60_000)

test('safety 24: what has ended cannot be paused, cancelled or answered', async () => {
  const { ada, bob, source } = await twoWithFiles(own)
  writeTree(source, { x: 'x' })
  const id = await send(ada, bob, [join(source, 'x')])
  await comesTo(ada, id, 'done')
  for (const action of ['pause', 'resume', 'cancel', 'retry'] as const) {
    await expect(act(ada, action, id)).rejects.toMatchObject({ code: 'transfer.notNow' })
  }
}, 30_000)

describe('safety 5: in the middle of a transfer', () => {
  test('removing the device ends it within a second, for good', async () => {
    const { ada, bob, source, id } = await midway()
    await bob.rooms.devices.remove(ada.id)
    const ended = await comesTo(bob, id, 'failed', 1_000)
    expect(ended).toMatchObject({ fault: { code: 'peer.removed' } })
    await becomes(ada, id, 'no movement', ({ rate, lane }) => rate === 0 && lane === null, 1_000)
    const moving = () => ada.rooms.transfers.movingCount + bob.rooms.transfers.movingCount
    await expect.poll(moving).toBe(0)
    expect(existsSync(join(bob.downloads, 'film.mkv'))).toBe(false)
    await slow(ada, null)
    await bob.restart()
    await ada.restart()
    expect(bob.rooms.transfers.list()).toEqual([])
    expect(treeOf(source)['film.mkv']).toBeDefined()
  }, 60_000)

  test('blocking the device ends it within a second', async () => {
    const { ada, bob, id } = await midway()
    await bob.rooms.devices.change(ada.id, { trust: 'blocked' })
    await comesTo(bob, id, 'failed', 1_000)
    await becomes(ada, id, 'no movement', ({ lane }) => lane === null, 1_000)
    expect(transferAt(bob, id)).toMatchObject({ fault: { code: 'transfer.blocked' } })
  }, 60_000)
})

test('a cap for one device holds within a second', async () => {
  const { ada, bob, source } = await twoWithFiles(own)
  writeTree(source, { 'film.mkv': 40_000_000 })
  const none = new AbortController().signal
  await ada.calls['settings.change']({ caps: { devices: { [bob.id]: 1_000_000 } } }, none)
  const id = await send(ada, bob, [join(source, 'film.mkv')])
  await isUnderWay(ada, id)
  await becomes(ada, id, 'a rate', ({ rate }) => rate > 0)
  expect(transferAt(ada, id)?.rate).toBeLessThan(2_000_000)
  for (const core of [ada, bob]) {
    const film = expect.objectContaining({ path: 'film.mkv', size: 40_000_000 })
    expect(transferAt(core, id)?.current).toEqual([film])
  }
  await ada.calls['settings.change']({ caps: { devices: { [bob.id]: null } } }, none)
  await comesTo(ada, id, 'done', 10_000)
}, 60_000)
