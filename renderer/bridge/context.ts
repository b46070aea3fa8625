import { createContext, use, useEffect, useEffectEvent } from 'react'
import { useStore } from 'zustand'
import type { Desktop } from '#shared/desktop.ts'
import type { Contract } from './connect.ts'
import type { LinkState } from './link.ts'
import type { Followed, Stores } from './streams.ts'

export const ContractContext = createContext<Contract | null>(null)

export function useContract(): Contract {
  const contract = use(ContractContext)
  if (!contract) throw new Error('no contract above this component')
  return contract
}

export function useLinkState(): LinkState {
  return useStore(useContract().link.state)
}

/** Asks Gangway as soon as it can be asked, and again whenever the link to it was lost and is back. */
export function useWheneverLive(ask: () => void): void {
  const live = useLinkState().phase === 'live'
  const askNow = useEffectEvent(ask)
  useEffect(() => {
    if (live) askNow()
  }, [live])
}

type ValueOf<Store> = Store extends { getState(): Followed<infer Value> } ? Followed<Value> : never

export function useThisDevice(): ValueOf<Stores['device']> {
  return useStore(useContract().device)
}

export function useNearby(): ValueOf<Stores['nearby']> {
  return useStore(useContract().nearby)
}

export function usePairedDevices(): ValueOf<Stores['devices']> {
  return useStore(useContract().devices)
}

export function useTexts(): ValueOf<Stores['texts']> {
  return useStore(useContract().texts)
}

export function usePairing(): ValueOf<Stores['pairing']> {
  return useStore(useContract().pairing)
}

export function useTransfers(): ValueOf<Stores['transfers']> {
  return useStore(useContract().transfers)
}

/** The app around this page; null in a browser, and until it is known. */
export function useApp(): Extract<Desktop, { kind: 'app' }> | null {
  const { value } = useStore(useContract().desktop)
  return value?.kind === 'app' ? value : null
}

export function useInvites(): ValueOf<Stores['invites']> {
  return useStore(useContract().invites)
}
