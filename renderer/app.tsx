import { useEffect } from 'react'
import { Announcer } from './announcer.tsx'
import styles from './app.module.css'
import { useLinkState, useThisDevice } from './bridge/context.ts'
import { DeviceList } from './devices/device-list.tsx'
import { DevicePage } from './devices/device-page.tsx'
import { LinkBanner } from './link-banner.tsx'
import { RefusedPage } from './refused-page.tsx'
import { useRoute } from './route.ts'
import { text } from './text/en.ts'
import { ErrorBoundary } from './ui/error-boundary.tsx'
import { useNarrow } from './ui/media.ts'

export function App() {
  useWindowTitle()
  const refused = useLinkState().phase === 'refused'
  if (refused) return <RefusedPage />
  return (
    <>
      <Frame />
      <LinkBanner />
      <Announcer />
    </>
  )
}

/** Tells two windows of two devices apart. */
function useWindowTitle(): void {
  const name = useThisDevice().value?.settings.name
  useEffect(() => {
    document.title = name === undefined ? text.app : text.windowTitle(name)
  }, [name])
}

function Frame() {
  const narrow = useNarrow()
  const route = useRoute()
  if (narrow && route.page === 'home') {
    return (
      <main className={styles.single}>
        <DeviceList alone />
      </main>
    )
  }
  return (
    <div className={styles.frame}>
      {narrow ? null : (
        <nav className={styles.sidebar} aria-label={text.devices}>
          <DeviceList alone={false} />
        </nav>
      )}
      <main className={styles.main}>
        <ErrorBoundary key={location.hash}>
          <DevicePage />
        </ErrorBoundary>
      </main>
    </div>
  )
}
