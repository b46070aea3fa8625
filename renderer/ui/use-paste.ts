import { useEffect, useEffectEvent } from 'react'

/** What is pasted with the keyboard while nothing is being typed; true takes it. */
export function usePaste(pasted: (data: DataTransfer) => boolean): void {
  const take = useEffectEvent((event: ClipboardEvent) => {
    const isTyping =
      event.target instanceof HTMLElement && event.target.closest('input, textarea') !== null
    // Else it would be pasted once more, into what has the focus by then.
    if (!isTyping && event.clipboardData && pasted(event.clipboardData)) event.preventDefault()
  })
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => take(event)
    window.addEventListener('paste', onPaste)
    return () => window.removeEventListener('paste', onPaste)
  }, [])
}
