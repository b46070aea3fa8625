import { useRef, useState } from 'react'
import { Fault } from '#shared/faults.ts'
import { text } from '../text/text.ts'

export type Action =
  | { readonly state: 'idle' }
  | { readonly state: 'busy' }
  | { readonly state: 'done' }
  | { readonly state: 'failed'; readonly fault: Fault }

/** Something asked of Gangway: under way, done, or why not. Of several the last one counts. */
export function useAction() {
  const [action, setAction] = useState<Action>({ state: 'idle' })
  const latest = useRef(0)

  async function run(work: () => Promise<unknown>): Promise<boolean> {
    const mine = ++latest.current
    setAction({ state: 'busy' })
    let outcome: Action = { state: 'done' }
    try {
      await work()
    } catch (error) {
      outcome = { state: 'failed', fault: Fault.of(error) }
    }
    if (mine === latest.current) setAction(outcome)
    return outcome.state === 'done'
  }

  const forget = () => {
    latest.current += 1
    setAction({ state: 'idle' })
  }
  return { action, run, forget, busy: action.state === 'busy', says: problemOf(action) }
}

function problemOf(action: Action): string | null {
  return action.state === 'failed' ? text.fault(action.fault) : null
}
