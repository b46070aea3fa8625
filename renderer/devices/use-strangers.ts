import { useMemo } from 'react'
import { useNearby, usePairedDevices } from '../bridge/context.ts'
import { strangers } from './presence.ts'

/** As `useNearby`, without the devices one is paired with: those stand in a list of their own. */
export function useStrangers(): ReturnType<typeof useNearby> {
  const nearby = useNearby()
  const paired = usePairedDevices().value
  return useMemo(
    () => ({ ...nearby, value: nearby.value && strangers(nearby.value, paired) }),
    [nearby, paired],
  )
}
