import { useRef, type ChangeEvent } from 'react'
import type { PairedDevice } from '#shared/devices.ts'
import { pathOf, isHere } from '../../devices/presence.ts'
import { text } from '../../text/text.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import { usePaste } from '../../ui/use-paste.ts'
import styles from './drop-zone.module.css'
import type { Send } from './use-send.ts'

interface DropZoneProps {
  readonly device: PairedDevice
  readonly send: Send
  /** Files are held over the page, which is the place to let go of them. */
  readonly over: boolean
}

/** Says where files can be dropped for a device; both buttons do the same for the keyboard. */
export function DropZone({ device, send, over }: DropZoneProps) {
  const words = text.transfers.drop
  usePaste(({ files }) => {
    send.choose([...files])
    return files.length > 0
  })
  return (
    <section
      className={styles.zone}
      aria-label={words.title}
      aria-busy={send.busy}
      data-over={over}
    >
      <h2 className={styles.title}>{over ? words.over(device.name) : words.title}</h2>
      <p className={styles.help}>
        {wayOf(device)} <Chooser leavesOut={send.leavesOut} onChoose={send.choose} />
      </p>
      <p className={styles.problem} role="alert">
        {send.says === null ? null : `${words.notSent} ${send.says}`}
      </p>
    </section>
  )
}

function wayOf(device: PairedDevice): string {
  const { ways } = text.transfers.drop
  const path = pathOf(device)
  return ways[path && isHere(device) ? path.kind : 'none'](device.name)
}

interface ChooserProps {
  /** A browser names the files of a chosen folder and nothing else. */
  readonly leavesOut: boolean
  readonly onChoose: (files: readonly File[]) => void
}

function Chooser({ leavesOut, onChoose }: ChooserProps) {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const words = text.transfers.drop
  const asFolder = (input: HTMLInputElement | null) => {
    folder.current = input
    if (input) input.webkitdirectory = true
  }
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>) => {
    onChoose([...(target.files ?? [])])
    // The same file may be chosen again.
    target.value = ''
  }
  const ofFolder = <LinkButton onClick={() => folder.current?.click()}>{words.folder}</LinkButton>
  return (
    <span className={styles.choosers}>
      <LinkButton onClick={() => files.current?.click()}>{words.files}</LinkButton>{' '}
      {leavesOut ? <Tooltip words={words.bare}>{ofFolder}</Tooltip> : ofFolder}
      <input ref={files} type="file" multiple hidden onChange={chosen} />
      <input ref={asFolder} type="file" hidden onChange={chosen} />
    </span>
  )
}
