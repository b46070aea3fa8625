import { Unplug } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useContract, useLinkState } from './bridge/context.ts'
import styles from './notices.module.css'
import { text } from './text/text.ts'
import { Button } from './ui/button.tsx'

/** Says that Gangway cannot be heard, and when it is tried again. */
export function LinkBanner() {
  const { link } = useContract()
  const state = useLinkState()
  const lost = state.phase === 'lost'
  return (
    <output>
      {lost ? (
        <span className={styles.banner}>
          <Unplug size={18} aria-hidden />
          <span>
            <strong>{text.link.lost}</strong>{' '}
            <span className={styles.count} aria-hidden>
              {state.retryAt === null ? (
                text.link.retrying
              ) : (
                <Countdown key={state.retryAt} to={state.retryAt} />
              )}
            </span>
          </span>
          <Button onClick={() => link.tryNow()}>{text.link.tryNow}</Button>
        </span>
      ) : null}
    </output>
  )
}

function Countdown({ to }: { readonly to: number }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  return text.link.retryIn(Math.max(1, Math.ceil((to - now) / 1_000)))
}
