import { Network } from 'lucide-react'
import { useState, type SubmitEvent } from 'react'
import type { ThisDevice } from '#shared/model.ts'
import { useContract } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { TextField } from '../ui/field.tsx'
import { Line, Section } from '../ui/section.tsx'
import { doLater, useGoing } from '../ui/undo.ts'
import styles from './settings.module.css'

const leaving = 'private network'

/** Which devices may know that this one is there at all. */
export function PrivateNetwork({ privateNetwork }: Pick<ThisDevice, 'privateNetwork'>) {
  const isLeaving = useGoing()(leaving)
  return (
    <Section title={text.settings.privateNetwork.title}>
      {privateNetwork && !isLeaving ? <Member network={privateNetwork} /> : <Outside />}
    </Section>
  )
}

function Member({
  network: { fingerprint, given },
}: {
  readonly network: NonNullable<ThisDevice['privateNetwork']>
}) {
  const { link } = useContract()
  const showing = useAction()
  const [key, setKey] = useState<string | null>(null)
  const words = text.settings.privateNetwork
  const show = () => showing.run(async () => setKey((await link.call('network.key', {})).key))
  const leave = () =>
    doLater({ key: leaving, says: () => words.left, act: () => link.call('network.leave', {}) })
  return (
    <>
      <Line
        icon={<Network size={18} />}
        title={<bdi>{fingerprint}</bdi>}
        detail={given ? words.given : words.member}
        end={
          given ? null : (
            <Button aria-label={words.leaveLabel} onClick={leave}>
              {words.leave}
            </Button>
          )
        }
      />
      <div className={styles.key}>
        <p className={styles.quiet}>{words.keyHelp}</p>
        {key === null ? null : <code className={styles.secret}>{key}</code>}
        <div className={styles.actions}>
          {key === null ? (
            <Button aria-busy={showing.busy} onClick={() => void show()}>
              {words.show}
            </Button>
          ) : (
            <>
              <CopyButton words={words.copy} content={() => key} />
              <Button onClick={() => setKey(null)}>{words.hide}</Button>
            </>
          )}
          <output className={styles.problem}>{showing.says}</output>
        </div>
      </div>
    </>
  )
}

function Outside() {
  const { link } = useContract()
  const making = useAction()
  const joining = useAction()
  const [key, setKey] = useState('')
  const words = text.settings.privateNetwork
  const join = (event: SubmitEvent) => {
    event.preventDefault()
    if (key.trim() !== '') void joining.run(() => link.call('network.join', { key: key.trim() }))
  }
  return (
    <>
      <Line
        icon={<Network size={18} />}
        title={words.none}
        detail={words.noneHelp}
        end={
          <Button
            aria-busy={making.busy}
            onClick={() => void making.run(() => link.call('network.create', {}))}
          >
            {words.create}
          </Button>
        }
      />
      <output className={styles.problem}>{making.says}</output>
      <form className={styles.form} onSubmit={join}>
        <TextField
          label={words.joinLabel}
          help={words.joinHelp}
          problem={joining.says}
          value={key}
          maxLength={256}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => {
            setKey(target.value)
            joining.forget()
          }}
        />
        <div className={styles.save}>
          {key.trim() === '' ? null : (
            <Button type="submit" aria-busy={joining.busy}>
              {words.join}
            </Button>
          )}
        </div>
      </form>
    </>
  )
}
