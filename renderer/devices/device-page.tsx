import { useNearby, usePairedDevices, useThisDevice } from '../bridge/context.ts'
import { useRoute } from '../route.ts'
import { text } from '../text/text.ts'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import styles from './device-page.module.css'
import { NearbyPage } from './nearby-page.tsx'
import { PairedPage } from './paired-page.tsx'
import { ThisDevicePage } from './this-device-page.tsx'

/** Right: the chosen device; this one when none is. */
export function DevicePage() {
  const route = useRoute()
  const { value: device, fault } = useThisDevice()
  const nearby = useNearby()
  const paired = usePairedDevices()
  const chosen = route.page === 'device' && route.id !== device?.id ? route.id : null
  const known = chosen && paired.value?.get(chosen)
  if (known) {
    return <PairedPage key={known.id} device={known} />
  }
  // Only when the paired ones are known can it be said that this one is not among them.
  if (chosen && nearby.value && (paired.value || paired.fault)) {
    return (
      <div className={styles.page} key={chosen}>
        <NearbyPage id={chosen} />
      </div>
    )
  }
  if (device && !chosen) {
    return (
      <div className={styles.page} key="here">
        <ThisDevicePage device={device} />
      </div>
    )
  }
  return (
    <div className={styles.page} key="loading" aria-busy>
      <h1 className="visually-hidden">{text.loading}</h1>
      <div className={styles.titles} aria-hidden>
        <Skeleton shape="title" />
        <Skeleton shape="line" />
      </div>
      {fault ? <Notice>{text.fault(fault)}</Notice> : null}
      <Skeleton shape="hero" />
      <Skeleton shape="card" />
      <Skeleton shape="card" />
    </div>
  )
}
