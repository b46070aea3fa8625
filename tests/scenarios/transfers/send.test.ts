import { expect, test } from 'vitest'
import { blake3Of } from '#core/transfers/content/blake3.ts'
import { closing } from '../../support/closing.ts'
import { pair, TestCore, together } from '../../support/paired-cores.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { comesTo, send, treeOf, writeTree } from '../../support/transfers.ts'

const own = closing()

test('files and folders land with their hashes, and both sides say done', async () => {
  const open = (name: string) => own(new TestCore(name)).open()
  const [ada, bob] = await Promise.all([open('Ada'), open('Bob')])
  await pair(ada, bob, 'trusted')
  await together(ada, bob)
  using source = temporaryFolder()
  writeTree(source.path, {
    'photos/a.jpg': 3_000_000,
    'photos/deep/b.txt': 'b',
    'photos/empty': '',
  })
  const id = await send(ada, bob, [`${source.path}/photos`])
  const done = await comesTo(ada, id, 'done')
  expect(done).toMatchObject({ files: 3, doneFiles: 3, totalBytes: 3_000_001, bytes: 3_000_001 })
  await comesTo(bob, id, 'done')
  expect(treeOf(bob.downloads)).toEqual(treeOf(source.path))
  const { files } = await ada.rooms.transfers.files(id, 0, 100)
  const b = files.find(({ path }) => path.endsWith('b.txt'))
  expect(b).toMatchObject({
    bytes: 1,
    blake3: Buffer.from(blake3Of(Buffer.from('b'))).toString('hex'),
  })
}, 30_000)
