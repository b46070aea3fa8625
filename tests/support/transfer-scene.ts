import type { Trust } from '#shared/devices.ts'
import { TestCore } from './paired-cores.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { sendingPair } from './transfers.ts'

type Own = <Part extends { close(): unknown }>(part: Part) => Part

/** Ada, who sends from a folder of hers, and Bob, who trusts her so far. */
export async function twoWithFiles(own: Own, trust?: Trust) {
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  const open = (name: string) => own(new TestCore(name)).open()
  const [ada, bob] = await Promise.all([open('Ada'), open('Bob')])
  await sendingPair(ada, bob, trust)
  return { ada, bob, source: folder.path }
}
