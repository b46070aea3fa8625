import { FileKey, FileLock } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Invite } from '#shared/devices.ts'
import type { CallOutput } from '#shared/contract.ts'
import { useContract, useInvites } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { sinceWords, untilWords } from '../text/times.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { useMinute } from '../ui/minute.ts'
import { Line, Section } from '../ui/section.tsx'
import styles from './invites.module.css'

type Made = CallOutput<'invite.create'>

const shownAtOnce = 5

/** Invitations that go out as a file: made here, listed until used, expired or withdrawn. */
export function Invites() {
  const { link } = useContract()
  const making = useAction()
  const [made, setMade] = useState<Made | null>(null)
  const words = text.pairing.invites
  const create = () => void making.run(async () => setMade(await link.call('invite.create', {})))
  return (
    <Section title={words.title}>
      <Line
        icon={<FileKey size={18} />}
        title={words.make}
        detail={making.says ? <span className={styles.problem}>{making.says}</span> : words.what}
        end={
          <Button aria-busy={making.busy} onClick={create}>
            {made ? words.again : words.create}
          </Button>
        }
      />
      {made ? <MadeFile key={made.invite.id} made={made} onForget={() => setMade(null)} /> : null}
      <OpenInvites />
    </Section>
  )
}

interface MadeFileProps {
  readonly made: Made
  readonly onForget: () => void
}

/** The password is shown this once: it is kept nowhere. */
function MadeFile({ made, onForget }: MadeFileProps) {
  const words = text.pairing.invites
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <div className={styles.made}>
      <h3 ref={heading} tabIndex={-1} data-arrival>
        {words.made}
      </h3>
      <p className={styles.help}>{words.madeHelp}</p>
      <p className={styles.label}>{words.password}</p>
      <code className={styles.password}>{made.password}</code>
      <div className={styles.actions}>
        <Button look="signal" onClick={() => save(made.file)}>
          {words.save}
        </Button>
        <CopyButton words={words.copy} content={() => made.password} />
        <Button look="quiet" onClick={onForget}>
          {words.forget}
        </Button>
      </div>
    </div>
  )
}

function OpenInvites() {
  const { value, fault } = useInvites()
  const now = useMinute()
  const [all, setAll] = useState(false)
  if (fault) return <Line icon={<FileLock size={18} />} title={text.fault(fault)} />
  const rows = [...(value?.values() ?? [])].sort((one, other) => other.createdAt - one.createdAt)
  const hidden = rows.length - shownAtOnce
  return (
    <>
      {rows.slice(0, all ? rows.length : shownAtOnce).map((invite) => (
        <InviteLine key={invite.id} invite={invite} now={now} />
      ))}
      {hidden > 0 && !all ? (
        <Button look="quiet" className={styles.more} onClick={() => setAll(true)}>
          {text.pairing.invites.more(hidden)}
        </Button>
      ) : null}
    </>
  )
}

function InviteLine({ invite, now }: { readonly invite: Invite; readonly now: number }) {
  const { link } = useContract()
  const withdrawing = useAction()
  const words = text.pairing.invites
  const made = sinceWords(invite.createdAt, now)
  const withdraw = () => link.call('invite.withdraw', { id: invite.id })
  return (
    <Line
      icon={<FileLock size={18} />}
      title={words.open(made)}
      detail={
        withdrawing.says ? (
          <span className={styles.problem} role="alert">
            {withdrawing.says}
          </span>
        ) : (
          words.until(untilWords(invite.expiresAt, now))
        )
      }
      end={
        <Button
          aria-label={words.withdrawLabel(made)}
          aria-busy={withdrawing.busy}
          onClick={() => void withdrawing.run(withdraw)}
        >
          {words.withdraw}
        </Button>
      }
    />
  )
}

/** Handed to the browser as a download; the object lives only as long as that takes to begin. */
function save(base64: string): void {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0)
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = text.pairing.invites.fileName
  anchor.click()
  URL.revokeObjectURL(url)
}
