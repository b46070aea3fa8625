import { Cable, Globe, Unplug, Waypoints, Wifi } from 'lucide-react'
import type { PairedDevice } from '#shared/devices.ts'
import { text } from '../text/text.ts'
import { Line } from '../ui/section.tsx'
import { Addresses } from './addresses.tsx'
import { pathOf, pathWords } from './presence.ts'

const icons = { lan: Cable, direct: Globe, relay: Waypoints }

/** How it is reached now, and where else it was. */
export function PathLines({ device }: { readonly device: PairedDevice }) {
  const path = pathOf(device)
  const words = text.paired.reached
  const Icon = path ? icons[path.kind] : Unplug
  const others = device.addresses.filter((address) => address !== path?.address)
  return (
    <>
      <Line
        icon={<Icon size={18} />}
        title={path ? text.paired.pathsLong[path.kind] : words.none}
        detail={
          path ? (
            <>
              <bdi>{path.address}</bdi>
              {text.separator}
              {pathWords(path)}
            </>
          ) : (
            words.noneHelp
          )
        }
      />
      {others.length > 0 ? (
        <Addresses addresses={others} />
      ) : path ? null : (
        <Line icon={<Wifi size={18} />} title={text.reached.noneKnown} />
      )}
    </>
  )
}
