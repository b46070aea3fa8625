import { mkdirSync, openSync, closeSync, ftruncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { digestOf, digestsIn } from '../../support/digests.ts'
import { joinMovers, receiveJob, TestMover } from '../../support/movers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'
import { memoryVolume, whyNoVolumes } from '../../support/volumes.ts'

async function moved(source: string, to: string): Promise<[TestMover, TestMover]> {
  const sender = new TestMover({ role: 'send', sources: [source] })
  const receiver = new TestMover(receiveJob(to))
  await joinMovers(sender, receiver)
  await until('both are done', () => sender.isDone && receiver.isDone, 60_000)
  await sender.stop()
  await receiver.stop(false)
  return [sender, receiver]
}

test.skipIf(whyNoVolumes())(
  '20,000 small files arrive',
  async () => {
    using from = memoryVolume(200)
    using to = memoryVolume(200)
    const tree = join(from.path, 'tree')
    for (let n = 0; n < 20_000; n++) {
      const folder = join(tree, String(n % 20))
      if (n < 20) mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, String(n)), `file ${n}`)
    }
    const [sender] = await moved(tree, to.path)
    expect(digestsIn(join(to.path, 'tree'))).toEqual(digestsIn(tree))
    expect(sender.find('done')?.summary).toMatchObject({ files: 20_000, failed: 0 })
  },
  120_000,
)

test('a deep tree and a sparse file arrive', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const tree = join(from.path, 'tree')
  const deep = join(tree, ...Array.from({ length: 60 }, (_, n) => `level ${n}`))
  mkdirSync(deep, { recursive: true })
  writeFileSync(join(deep, 'bottom'), 'here')
  const fd = openSync(join(tree, 'sparse'), 'w')
  ftruncateSync(fd, 200_000_000)
  writeSync(fd, 'in the middle', 100_000_000)
  closeSync(fd)
  await moved(tree, to.path)
  expect(digestsIn(join(to.path, 'tree')).length).toBe(2)
  expect(digestOf(join(to.path, 'tree/sparse'))).toBe(digestOf(join(tree, 'sparse')))
}, 60_000)
