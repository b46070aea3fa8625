import { Fault } from '#shared/faults.ts'

interface Named {
  readonly id: string
  readonly name: string
}

/** Shorter ones are words somebody meant as a name. */
const shortestPrefix = 4

/**
 * The one device a person means: by its whole id, else by its name or the beginning of its id. A
 * device chooses its own name, so a name never wins over another device's id.
 */
export function resolveDevice<Device extends Named>(
  devices: readonly Device[],
  text: string,
): Device {
  const wanted = plain(text.trim())
  const same = devices.find(({ id }) => id === wanted)
  if (same) return same
  const [device, ...others] = devices.filter(
    ({ id, name }) =>
      plain(name) === wanted || (wanted.length >= shortestPrefix && id.startsWith(wanted)),
  )
  if (!device) throw new Fault('device.unknown')
  if (others.length > 0) {
    throw new Fault('usage.invalid', {
      problem: `Several devices could be meant by “${text.trim()}”; give the id of the one`,
    })
  }
  return device
}

function plain(name: string): string {
  return name.normalize('NFC').toLowerCase()
}
