import { randomBytes } from 'node:crypto'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { digestsIn } from '../../support/digests.ts'
import { joinMovers, receiveJob, TestMover } from '../../support/movers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

test('a tree of mixed sizes arrives as it is', async () => {
  using from = temporaryFolder()
  using to = temporaryFolder()
  const tree = join(from.path, 'tree')
  mkdirSync(join(tree, 'sub/empty'), { recursive: true })
  writeFileSync(join(tree, 'zero'), '')
  writeFileSync(join(tree, 'small.txt'), 'hello')
  writeFileSync(join(tree, 'sub/large.bin'), randomBytes(5_000_000))
  for (let n = 0; n < 500; n++) writeFileSync(join(tree, `sub/f${n}`), randomBytes(n * 10))
  const sender = new TestMover({ role: 'send', sources: [tree] })
  const receiver = new TestMover(receiveJob(to.path))
  await joinMovers(sender, receiver)
  await until('both are done', () => sender.isDone && receiver.isDone, 8_000)
  expect(digestsIn(join(to.path, 'tree'))).toEqual(digestsIn(tree))
  expect(statSync(join(to.path, 'tree/sub/empty')).isDirectory()).toBe(true)
  expect(sender.files.filter(({ outcome }) => outcome.state === 'landed')).toHaveLength(503)
  await sender.stop()
  await receiver.stop()
})
