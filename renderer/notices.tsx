import { LinkBanner } from './link-banner.tsx'
import styles from './notices.module.css'
import { UndoNotice } from './undo-notice.tsx'

/** Float over the screen, which keeps what it last knew; nothing moves when they come or go. */
export function Notices() {
  return (
    <div className={styles.place}>
      <LinkBanner />
      <UndoNotice />
    </div>
  )
}
