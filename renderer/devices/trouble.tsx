import { BellOff, CircleSlash, Moon, ShieldBan, Unlink, Unplug } from 'lucide-react'
import type { PairedDevice } from '#shared/devices.ts'
import { useContract, useThisDevice } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { pairHrefs } from '../route.ts'
import { text } from '../text/text.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Line } from '../ui/section.tsx'
import styles from './device-page.module.css'

type Disconnected = PairedDevice & { readonly state: 'disconnected' }

/** Why nothing passes at the moment, and what to do about it. */
export function Trouble({ device }: { readonly device: PairedDevice }) {
  const lanOnly = useThisDevice().value?.settings.lanOnly ?? false
  if (device.state !== 'disconnected') return null
  const { Icon, title, detail } = wordsFor(device, lanOnly)
  const { reason, trust, id } = device
  return (
    <div className={styles.trouble}>
      <Line
        icon={<Icon size={18} />}
        title={title(device.name)}
        detail={detail}
        end={
          reason === 'removed' ? (
            <ButtonLink href={pairHrefs.show}>{text.paired.trouble.pairAgain}</ButtonLink>
          ) : reason === 'blocked' && trust === 'blocked' ? (
            <Unblock id={id} />
          ) : null
        }
      />
    </div>
  )
}

function wordsFor({ reason, trust }: Disconnected, lanOnly: boolean) {
  const words = text.paired.trouble
  const blocked =
    trust === 'blocked'
      ? { Icon: CircleSlash, title: words.blockedTitle, detail: words.blocked }
      : { Icon: BellOff, title: words.blockedThereTitle, detail: words.blockedThere }
  const all = {
    blocked,
    removed: { Icon: Unlink, title: words.removedTitle, detail: words.removed },
    elsewhere: { Icon: ShieldBan, title: words.elsewhereTitle, detail: words.elsewhere },
    lost: { Icon: Unplug, title: words.lostTitle, detail: words.lost },
    closed: { Icon: Moon, title: words.closedTitle, detail: words.closed },
    away: { Icon: Moon, title: words.awayTitle, detail: lanOnly ? words.awayLanOnly : words.away },
  }
  return all[reason]
}

function Unblock({ id }: Pick<PairedDevice, 'id'>) {
  const { link } = useContract()
  const unblocking = useAction()
  const unblock = () => link.call('device.change', { id, trust: 'known' })
  return (
    <div className={styles.unblock}>
      <Button aria-busy={unblocking.busy} onClick={() => void unblocking.run(unblock)}>
        {text.paired.trouble.unblock}
      </Button>
      <span className={styles.problem} role="alert">
        {unblocking.says}
      </span>
    </div>
  )
}
