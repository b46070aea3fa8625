import { useRef, type KeyboardEvent } from 'react'
import styles from './tabs.module.css'

interface TabsProps<Name extends string> {
  readonly label: string
  readonly names: Readonly<Record<Name, string>>
  readonly order: readonly Name[]
  readonly current: Name
  readonly panel: string
  readonly onChoose: (name: Name, byArrow: boolean) => void
}

/** Two or three views of one thing. Arrows move between them, as in any row of tabs. */
export function Tabs<Name extends string>(props: TabsProps<Name>) {
  const { order, current } = props
  const list = useRef<HTMLDivElement>(null)

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const place = (order.indexOf(current) + step + order.length) % order.length
    const name = order[place]
    if (name === undefined) return
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[place]?.focus()
    props.onChoose(name, true)
  }
  return (
    <div className={styles.tabs} role="tablist" aria-label={props.label} ref={list}>
      {order.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          className={styles.tab}
          aria-selected={name === current}
          aria-controls={props.panel}
          tabIndex={name === current ? 0 : -1}
          onClick={() => props.onChoose(name, false)}
          onKeyDown={onKeyDown}
        >
          {props.names[name]}
        </button>
      ))}
    </div>
  )
}
