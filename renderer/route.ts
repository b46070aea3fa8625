import { useSyncExternalStore } from 'react'
import { isDeviceId, type DeviceId } from '#shared/ids.ts'

/** Where the person is, kept in the fragment so that back, forward and reload just work. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'here' }
  | { readonly page: 'device'; readonly id: DeviceId }
  | { readonly page: 'pair'; readonly tab: PairTab }
  | { readonly page: 'doctor' }
  | { readonly page: 'history' }
  | { readonly page: 'settings' }
  | { readonly page: 'send' }

export type PairTab = 'show' | 'type'

export const homeHref = '#/'
export const hereHref = '#/here'
export const doctorHref = '#/doctor'
export const historyHref = '#/history'
export const settingsHref = '#/settings'
export const sendHref = '#/send'
export const pairHrefs = { show: '#/pair', type: '#/pair/type' } as const satisfies Record<
  PairTab,
  string
>

export function deviceHref(id: DeviceId): string {
  return `#/device/${id}`
}

export function routeOf(hash: string): Route {
  if (hash === hereHref) return { page: 'here' }
  if (hash === doctorHref) return { page: 'doctor' }
  if (hash === historyHref) return { page: 'history' }
  if (hash === settingsHref) return { page: 'settings' }
  if (hash === sendHref) return { page: 'send' }
  if (hash === pairHrefs.show) return { page: 'pair', tab: 'show' }
  if (hash === pairHrefs.type) return { page: 'pair', tab: 'type' }
  const id = /^#\/device\/(.*)$/.exec(hash)?.[1] ?? ''
  return isDeviceId(id) ? { page: 'device', id } : { page: 'home' }
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(onHashChange, () => location.hash))
}

export function go(href: string): void {
  location.hash = href
}

/** As `go`, without a step for the back button: a tab is no place of its own. */
export function goInstead(href: string): void {
  location.replace(href)
}

function onHashChange(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}
