import { AppWindow, LogIn, RefreshCw } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Habits } from '#shared/desktop.ts'
import { useContract } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { Line, Section } from '../ui/section.tsx'
import { SwitchRow } from '../ui/switch.tsx'

const habits = [
  ['stay', <AppWindow key="stay" size={18} />],
  ['startAtLogin', <LogIn key="startAtLogin" size={18} />],
  ['updates', <RefreshCw key="updates" size={18} />],
] as const satisfies readonly (readonly [keyof Habits, ReactNode])[]

/** How the app lives on this desktop: what this desktop allows, and in a browser that it is none. */
export function OnThisComputer() {
  const words = text.settings.app
  const { value: app } = useStore(useContract().desktop)
  if (!app) return null
  if (app.kind === 'browser') {
    return (
      <Section title={words.title}>
        <Line icon={<AppWindow size={18} />} title={words.browser} detail={words.browserHelp} />
      </Section>
    )
  }
  const allowed = habits.filter(([habit]) => app.can[habit])
  if (allowed.length === 0) return null
  return (
    <Section title={words.title}>
      {allowed.map(([habit, icon]) => (
        <HabitSwitch key={habit} habit={habit} icon={icon} inForce={app.habits[habit]} />
      ))}
    </Section>
  )
}

interface HabitSwitchProps {
  readonly habit: keyof Habits
  readonly icon: ReactNode
  readonly inForce: boolean
}

function HabitSwitch({ habit, icon, inForce }: HabitSwitchProps) {
  const { link } = useContract()
  const words = text.settings.app
  const changing = useAction()
  const [wanted, setWanted] = useState(inForce)
  return (
    <SwitchRow
      icon={icon}
      label={words[habit]}
      help={words[`${habit}Help`]}
      on={changing.busy ? wanted : inForce}
      saving={changing.busy}
      problem={changing.says}
      onChange={(on) => {
        setWanted(on)
        void changing.run(() => link.call('desktop.change', { [habit]: on }))
      }}
    />
  )
}
