import { Laptop, Monitor, MonitorSmartphone, Server } from 'lucide-react'
import type { DeviceKind } from '#shared/model.ts'
import styles from './kind-icon.module.css'

const icons = { laptop: Laptop, desktop: Monitor, server: Server }

interface KindIconProps {
  readonly kind: DeviceKind | null
  readonly size?: number
}

/** A device that keeps its kind to itself is drawn as any device. */
export function KindIcon({ kind, size = 18 }: KindIconProps) {
  const Icon = kind ? icons[kind] : MonitorSmartphone
  return <Icon size={size} aria-hidden />
}

/** The same, on a tile of its own. */
export function KindTile({ kind }: Pick<KindIconProps, 'kind'>) {
  return (
    <span className={styles.tile} aria-hidden>
      <KindIcon kind={kind} size={22} />
    </span>
  )
}
