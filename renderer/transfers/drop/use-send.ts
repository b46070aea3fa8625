import { useStore } from 'zustand'
import type { DeviceId } from '#shared/ids.ts'
import type { Copy } from '../../bridge/copies.ts'
import { useContract } from '../../bridge/context.ts'
import { useAction } from '../../bridge/use-action.ts'
import { text } from '../../text/en.ts'
import { chosenIn, folderOf, type Dropped } from './entries.ts'

/** From a drop or a choice to a transfer: by path where paths are known, else by a copy. */
export function useSend(to: DeviceId) {
  const { link, copies, pathOf } = useContract()
  const sending = useAction()
  const { empty, placeless } = text.transfers.drop

  const sendPaths = (paths: readonly (string | null)[]) => {
    const known = [...new Set(paths.filter((path) => path !== null))]
    void sending.run(async () => {
      if (known.length === 0 || known.length < new Set(paths).size) throw new Error(placeless)
      await link.call('transfer.send', { to, paths: known })
    })
  }
  return {
    busy: sending.busy,
    says: sending.action.state === 'failed' ? sending.says : null,
    drop({ things, files }: Dropped) {
      if (pathOf) sendPaths(things.map(pathOf))
      else copies.begin(to, files, empty)
    },
    choose(files: readonly File[]) {
      if (files.length === 0) return
      if (!pathOf) return copies.begin(to, chosenIn(files), empty)
      sendPaths(
        files.map((file) => {
          const path = pathOf(file)
          return path === null || file.webkitRelativePath === ''
            ? path
            : folderOf(path, file.webkitRelativePath)
        }),
      )
    },
  }
}

export function useCopies(): readonly Copy[] {
  return useStore(useContract().copies.state)
}
