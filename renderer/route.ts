import { useSyncExternalStore } from 'react'
import { isDeviceId, type DeviceId } from '#shared/ids.ts'

/** Where the person is, kept in the fragment so that back, forward and reload just work. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'here' }
  | { readonly page: 'device'; readonly id: DeviceId }

export const homeHref = '#/'
export const hereHref = '#/here'

export function deviceHref(id: DeviceId): string {
  return `#/device/${id}`
}

export function routeOf(hash: string): Route {
  if (hash === hereHref) return { page: 'here' }
  const id = /^#\/device\/(.*)$/.exec(hash)?.[1] ?? ''
  return isDeviceId(id) ? { page: 'device', id } : { page: 'home' }
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(onHashChange, () => location.hash))
}

function onHashChange(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}
