import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { digestOf, digestsIn } from '../../support/digests.ts'
import { joinMovers, receiveJob, TestMover } from '../../support/movers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'
import { memoryVolume, whyNoVolumes } from '../../support/volumes.ts'

const isDone = (...movers: TestMover[]) => movers.every((mover) => mover.isDone)

test.skipIf(whyNoVolumes()).each([1, 400])(
  'safety 20: a disk that fills up holds both sides until there is room, with %i files',
  async (files) => {
    using from = temporaryFolder()
    using volume = memoryVolume(16)
    const [tree, to] = [join(from.path, 'tree'), join(volume.path, 'to')]
    for (const path of [tree, to]) mkdirSync(path)
    const filler = join(volume.path, 'filler')
    writeFileSync(filler, new Uint8Array(9_000_000))
    for (let n = 0; n < files; n++) {
      writeFileSync(join(tree, `f${n}`), randomBytes(Math.floor(11_000_000 / files)))
    }
    const sender = new TestMover({ role: 'send', sources: [tree] })
    const receiver = new TestMover(receiveJob(to))
    await joinMovers(sender, receiver)
    await until('both are held', () => {
      const [here, there] = [receiver.find('held'), sender.find('held')]
      return here?.reason === 'diskFull' && there?.reason === 'diskFull'
    })
    expect(receiver.find('held')).toMatchObject({ by: 'here', fault: { code: 'disk.full' } })
    expect(sender.find('held')).toMatchObject({ by: 'there' })
    expect(isDone(receiver)).toBe(false)
    rmSync(filler)
    await until('both are done', () => isDone(sender, receiver), 20_000)
    expect(receiver.find('held')).toMatchObject({ reason: null })
    expect(digestsIn(join(to, 'tree'))).toEqual(digestsIn(tree))
    await sender.stop()
    await receiver.stop()
  },
  40_000,
)

test('a destination that goes away is waited for', async () => {
  using from = temporaryFolder()
  using home = temporaryFolder()
  const [path, to] = [join(from.path, 'large'), join(home.path, 'to')]
  mkdirSync(to)
  writeFileSync(path, randomBytes(8_000_000))
  const sender = new TestMover({ role: 'send', sources: [path] })
  const receiver = new TestMover(receiveJob(to))
  sender.tell({ command: 'cap', bytesPerSecond: 4_000_000 })
  await joinMovers(sender, receiver)
  await until('bytes move', () => (receiver.find('progress')?.bytes ?? 0) > 1_000_000)
  rmSync(to, { recursive: true })
  sender.tell({ command: 'cap', bytesPerSecond: null })
  await until('it is missed', () => receiver.find('held')?.reason === 'destinationGone')
  mkdirSync(to)
  await joinMovers(sender, receiver)
  await until('both are done', () => isDone(sender, receiver), 20_000)
  expect(digestOf(join(to, 'large'))).toBe(digestOf(path))
  await sender.stop()
  await receiver.stop()
}, 40_000)
