import { Undo2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import styles from './notices.module.css'
import { text } from './text/text.ts'
import { Button } from './ui/button.tsx'
import { finish, forgetFault, undo, undoable } from './ui/undo.ts'

const holdMs = 8_000

/** Says what is about to be done, and how to have it back; it waits while somebody is at it. */
export function UndoNotice() {
  const { deed, phase, fault } = useStore(undoable)
  const waits = deed !== null && phase === 'waiting'
  useEffect(() => {
    // Whoever leaves the page meant it.
    addEventListener('pagehide', finish)
    return () => removeEventListener('pagehide', finish)
  }, [])
  return (
    <output>
      {waits ? (
        <Waiting key={deed.key} says={deed.says()} />
      ) : fault ? (
        <span className={styles.banner}>
          <span />
          {text.fault(fault)}
          <Button onClick={forgetFault}>{text.undo.forget}</Button>
        </span>
      ) : null}
    </output>
  )
}

function Waiting({ says }: { readonly says: string }) {
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    if (isHeld) return undefined
    const timer = setTimeout(finish, holdMs)
    return () => clearTimeout(timer)
  }, [isHeld])
  useEffect(() => {
    addEventListener('keydown', undoByKey)
    return () => removeEventListener('keydown', undoByKey)
  }, [])
  const hold = () => setHeld(true)
  const release = () => setHeld(false)
  return (
    <span
      className={styles.banner}
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocus={hold}
      onBlur={release}
    >
      <Undo2 size={18} aria-hidden />
      <span>{says}</span>
      <Button aria-keyshortcuts="Control+Z Meta+Z" onClick={undo}>
        {text.undo.undo}
      </Button>
    </span>
  )
}

/** As everywhere else; what is being typed has an undo of its own. */
function undoByKey(event: KeyboardEvent): void {
  const { target, key } = event
  const isTyping = target instanceof HTMLElement && target.matches('input, textarea')
  if (isTyping || key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey)) return
  event.preventDefault()
  undo()
}
