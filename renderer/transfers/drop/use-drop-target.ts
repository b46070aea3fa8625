import { useState, type DragEvent } from 'react'
import { droppedIn, hasFiles, type Dropped } from './entries.ts'

/** Makes an element a place to drop files on; `over` while one could let go. */
export function useDropTarget(onDrop: (dropped: Dropped) => void) {
  const [over, setOver] = useState(false)
  const isOver = (event: DragEvent) => {
    if (!hasFiles(event.dataTransfer)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    setOver(true)
  }
  const props = {
    onDragEnter: isOver,
    onDragOver: isOver,
    onDragLeave(event: DragEvent) {
      const { currentTarget, relatedTarget } = event
      if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOver(false)
    },
    onDrop(event: DragEvent) {
      if (!hasFiles(event.dataTransfer)) return
      event.preventDefault()
      setOver(false)
      onDrop(droppedIn(event.dataTransfer))
    },
  }
  return { over, props }
}
