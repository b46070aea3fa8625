import { Laptop, Monitor, MonitorSmartphone, Server } from 'lucide-react'
import type { DeviceKind } from '#shared/model.ts'

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
