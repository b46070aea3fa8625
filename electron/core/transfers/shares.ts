import type { DeviceId } from '#shared/ids.ts'
import type { Settings } from '#shared/model.ts'

/**
 * How fast each moving transfer may go: what people allow in all, and to each device, in equal
 * shares. Null is no limit.
 */
export function sharesOf(
  { all, devices }: Settings['caps'],
  moving: readonly { readonly device: DeviceId }[],
): (device: DeviceId) => number | null {
  return (device) => {
    const ofDevice = devices[device] ?? null
    const beside = moving.filter((other) => other.device === device).length
    const shares = [
      ...(all === null ? [] : [all / Math.max(1, moving.length)]),
      ...(ofDevice === null ? [] : [ofDevice / Math.max(1, beside)]),
    ]
    return shares.length === 0 ? null : Math.floor(Math.min(...shares))
  }
}
