import { useEffect, useRef } from 'react'
import type { PairTab } from '../route.ts'
import { text } from '../text/text.ts'
import { Tabs } from '../ui/tabs.tsx'

export const panelId = 'pair-panel'

interface PairTabsProps {
  readonly tab: PairTab
  readonly onChoose: (tab: PairTab) => void
}

export function PairTabs({ tab, onChoose }: PairTabsProps) {
  const { label, show, type } = text.pairing.tabs
  const wantsField = useRef(false)
  useEffect(() => {
    if (tab === 'type' && wantsField.current) {
      document.querySelector<HTMLElement>(`#${panelId} input`)?.focus()
    }
  }, [tab])
  return (
    <div>
      <Tabs
        label={label}
        names={{ show, type }}
        order={['show', 'type']}
        current={tab}
        panel={panelId}
        onChoose={(next, byArrow) => {
          // Who moves along the tabs with arrows is not done choosing.
          wantsField.current = !byArrow
          onChoose(next)
        }}
      />
    </div>
  )
}
