import type { ThisDevice } from '#shared/model.ts'

/** Nobody can be noticed: an empty list then means nothing, and must say so. */
export function isDeaf(device: ThisDevice): boolean {
  return device.problems.some(({ code }) => code === 'discovery.unavailable')
}
