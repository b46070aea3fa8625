import { useState } from 'react'
import { useStore } from 'zustand'
import type { DeviceId } from '#shared/ids.ts'
import type { Copy } from '../../bridge/copies.ts'
import { useContract } from '../../bridge/context.ts'
import { useAction } from '../../bridge/use-action.ts'
import { text } from '../../text/text.ts'
import { chosenIn, folderOf, type Dropped } from './entries.ts'

/** From a drop or a choice to a transfer: by path where paths are known, else by a copy. */
export function useSend(to: DeviceId) {
  const { link, copies, pathOf } = useContract()
  const sending = useAction()
  const [isPlaceless, setPlaceless] = useState(false)
  const { placeless } = text.transfers.drop

  const sendPaths = (paths: readonly (string | null)[]) => {
    const known = [...new Set(paths.filter((path) => path !== null))]
    const allKnown = known.length > 0 && known.length === new Set(paths).size
    setPlaceless(!allKnown)
    sending.forget()
    if (allKnown) void sending.run(() => link.call('transfer.send', { to, paths: known }))
  }
  return {
    busy: sending.busy,
    /** Whether a chosen folder comes without the empty ones in it. */
    leavesOut: pathOf === null,
    says: isPlaceless ? placeless : sending.says,
    drop: ({ things, files }: Dropped) => {
      if (pathOf) sendPaths(things.map(pathOf))
      else copies.begin(to, files)
    },
    choose: (files: readonly File[]) => {
      if (files.length === 0) return
      if (!pathOf) return copies.begin(to, chosenIn(files), { leavesOut: files.some(isInFolder) })
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

export type Send = ReturnType<typeof useSend>

function isInFolder({ webkitRelativePath }: File): boolean {
  return webkitRelativePath !== ''
}

export function useCopies(): readonly Copy[] {
  return useStore(useContract().copies.state)
}
