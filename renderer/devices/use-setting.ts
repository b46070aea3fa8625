import { useRef, useState } from 'react'
import { Fault } from '#shared/faults.ts'
import type { Settings, SettingsChange } from '#shared/model.ts'
import { withChange } from '#shared/settings-change.ts'
import { text } from '../text/text.ts'
import { useContract } from '../bridge/context.ts'

type Attempt<Value> =
  | { readonly state: 'idle' }
  | { readonly state: 'saving'; readonly wanted: Value }
  | { readonly state: 'failed'; readonly wanted: Value; readonly fault: Fault }

type Wanted<Key extends keyof Settings> = Exclude<SettingsChange[Key], undefined>

/**
 * One setting of this device: shows what is wanted at once, goes back to what is in force when that
 * was refused, and says why. Of several changes in flight the last one counts.
 */
export function useSetting<Key extends keyof Settings>(key: Key, settings: Settings) {
  const contract = useContract()
  const [attempt, setAttempt] = useState<Attempt<Wanted<Key>>>({ state: 'idle' })
  const latest = useRef(0)

  async function change(wanted: Wanted<Key>): Promise<void> {
    const mine = ++latest.current
    setAttempt({ state: 'saving', wanted })
    let outcome: Attempt<Wanted<Key>> = { state: 'idle' }
    try {
      await contract.changeSettings({ [key]: wanted })
    } catch (error) {
      outcome = { state: 'failed', wanted, fault: Fault.of(error) }
    }
    if (mine === latest.current) setAttempt(outcome)
  }

  return {
    shown:
      attempt.state === 'saving'
        ? withChange(settings, { [key]: attempt.wanted })[key]
        : settings[key],
    attempt: attempt.state === 'failed' ? { ...attempt, says: text.fault(attempt.fault) } : attempt,
    change: (wanted: Wanted<Key>) => void change(wanted),
    forget: () => setAttempt({ state: 'idle' }),
  }
}
