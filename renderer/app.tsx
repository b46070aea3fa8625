import { useEffect, type ComponentType } from 'react'
import { languageFor } from '#shared/languages.ts'
import { Announcer } from './announcer.tsx'
import styles from './app.module.css'
import { useLinkState, useThisDevice } from './bridge/context.ts'
import { DeviceList } from './devices/device-list.tsx'
import { DevicePage } from './devices/device-page.tsx'
import { DoctorPage } from './doctor/doctor-page.tsx'
import { HistoryPage } from './history/history-page.tsx'
import { Notices } from './notices.tsx'
import { Opened } from './opened/opened.tsx'
import { SendPage } from './opened/send-page.tsx'
import { PairPage } from './pairing/pair-page.tsx'
import { RequestDialog } from './pairing/request-dialog.tsx'
import { RefusedPage } from './refused-page.tsx'
import { useRoute, type Route } from './route.ts'
import { SettingsPage } from './settings/settings-page.tsx'
import { speak, text } from './text/text.ts'
import { Arrived } from './texts/arrived.tsx'
import { useDropGuard } from './transfers/drop/use-drop-guard.ts'
import { OfferDialog } from './transfers/offer-dialog.tsx'
import { TransferNews } from './transfers/transfer-news.tsx'
import { ErrorBoundary } from './ui/error-boundary.tsx'
import { useNarrow } from './ui/media.ts'
import { useIsNew } from './welcome/use-is-new.ts'
import { Welcome } from './welcome/welcome.tsx'

export function App() {
  useChosenLanguage()
  useWindowTitle()
  useDropGuard()
  const link = useLinkState()
  const isNew = useIsNew()
  if (link.phase === 'refused') return <RefusedPage needs={link.needs} />
  return (
    <>
      {isNew ? <Welcome /> : <Frame />}
      <Arrived />
      <RequestDialog />
      <OfferDialog />
      <Opened />
      <Notices />
      <Announcer />
      <TransferNews />
    </>
  )
}

/** The settings are those of the device: every window of it speaks the same. */
function useChosenLanguage(): void {
  const choice = useThisDevice().value?.settings.language
  useEffect(() => {
    if (choice !== undefined) void speak(languageFor(choice, navigator.languages))
  }, [choice])
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
  const Place = places[route.page]
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
      {/* Another place begins at its top. */}
      <main className={styles.main} key={route.page === 'device' ? route.id : route.page}>
        <ErrorBoundary>
          <Place />
        </ErrorBoundary>
      </main>
    </div>
  )
}

const places = {
  home: DevicePage,
  here: DevicePage,
  device: DevicePage,
  pair: PairPage,
  doctor: DoctorPage,
  history: HistoryPage,
  settings: SettingsPage,
  send: SendPage,
} as const satisfies Record<Route['page'], ComponentType>
