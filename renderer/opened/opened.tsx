import { useEffect } from 'react'
import { useApp } from '../bridge/context.ts'
import { go, pairHrefs, sendHref } from '../route.ts'

/** Leads to where what was opened from outside is filled in; what becomes of it a person says there. */
export function Opened() {
  const opened = useApp()?.opened ?? null
  useEffect(() => {
    if (opened) go(opened.what === 'link' ? pairHrefs.type : sendHref)
  }, [opened])
  return null
}
