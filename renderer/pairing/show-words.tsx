import { useEffect, useRef, useState } from 'react'
import type { PairingState, ShownCode } from '#shared/devices.ts'
import { useContract, useLinkState } from '../bridge/context.ts'
import type { useAction } from '../bridge/use-action.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Notice } from '../ui/notice.tsx'
import cells from './cells.module.css'
import { Countdown } from './countdown.tsx'
import { StepHead } from './pair-card.tsx'
import { panelId } from './pair-tabs.tsx'
import { places } from './phrase.ts'
import { QrPanel } from './qr-panel.tsx'
import styles from './show-words.module.css'

interface ShowWordsProps {
  readonly state: PairingState
  readonly action: ReturnType<typeof useAction>
}

/** Five large words for the other device. Who comes here wants to see some, so they are asked for. */
export function ShowWords({ state, action }: ShowWordsProps) {
  const { link } = useContract()
  const live = useLinkState().phase === 'live'
  const asked = useRef(false)
  const code = state.state === 'showing' ? state.code : null
  const isComing = code !== null || state.state === 'preparing'

  const show = () => void action.run(() => link.call('pairing.show', {}))
  useEffect(() => {
    if (!live || isComing || asked.current) return
    asked.current = true
    show()
  })

  const failed = action.says !== null && !isComing
  const { title, help } = text.pairing.show
  return (
    <div role="tabpanel" id={panelId} aria-label={text.pairing.tabs.show} className={styles.panel}>
      <StepHead title={<h1>{title}</h1>}>{help}</StepHead>
      {failed ? (
        <Failed says={action.says ?? ''} onAgain={show} />
      ) : code ? (
        <Shown code={code} onRenew={show} busy={action.busy} />
      ) : (
        <Preparing />
      )}
    </div>
  )
}

function Preparing() {
  return (
    <>
      <output className="visually-hidden">{text.pairing.show.preparing}</output>
      <div className={cells.cells} aria-hidden>
        {places.map((place) => (
          <span key={place} className={classes(cells.cell, cells.waiting)} />
        ))}
      </div>
      <div className={styles.foot} />
    </>
  )
}

interface ShownProps {
  readonly code: ShownCode
  readonly busy: boolean
  readonly onRenew: () => void
}

function Shown({ code, busy, onRenew }: ShownProps) {
  const [open, setOpen] = useState(false)
  const words = text.pairing.show
  return (
    <>
      <ol className={cells.cells} aria-label={words.words}>
        {places.map((place) => (
          <li key={place} className={cells.cell}>
            <span className={cells.place} aria-hidden>
              {place + 1}
            </span>
            <span>{code.words[place]}</span>
          </li>
        ))}
      </ol>
      <div className={styles.foot}>
        <Countdown until={code.expiresAt} says={words.waiting} />
        <div className={styles.actions}>
          <CopyButton words={words.copy} label={words.copyLabel} content={() => code.phrase} />
          <Button aria-expanded={open} onClick={() => setOpen(!open)}>
            {words.qr}
          </Button>
          <Button aria-busy={busy} onClick={onRenew}>
            {words.renew}
          </Button>
        </div>
      </div>
      {code.triesLeft < 3 ? <Notice>{words.tries(code.triesLeft)}</Notice> : null}
      {open ? <QrPanel code={code} /> : null}
    </>
  )
}

function Failed({ says, onAgain }: { readonly says: string; readonly onAgain: () => void }) {
  return (
    <>
      <div role="alert">
        <Notice>{`${text.pairing.show.failed}. ${says}`}</Notice>
      </div>
      <div className={styles.actions}>
        <Button look="signal" onClick={onAgain}>
          {text.pairing.show.again}
        </Button>
      </div>
    </>
  )
}
