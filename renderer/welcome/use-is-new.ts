import { usePairedDevices, useThisDevice } from '../bridge/context.ts'
import { useRoute } from '../route.ts'

/** Nobody has been shown around here, and whoever came by a link wants what it leads to first. */
export function useIsNew(): boolean {
  const device = useThisDevice().value
  const paired = usePairedDevices().value
  const { page } = useRoute()
  return page === 'home' && device?.settings.welcomed === false && paired?.size === 0
}
