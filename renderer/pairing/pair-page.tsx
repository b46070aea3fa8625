import { useEffect, useEffectEvent, useState } from 'react'
import type { PairingState } from '#shared/devices.ts'
import { useContract, usePairing } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { BackLink } from '../devices/back-link.tsx'
import { goInstead, pairHrefs, useRoute, type PairTab } from '../route.ts'
import { text } from '../text/text.ts'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { AskStep } from './ask-step.tsx'
import { DeclinedStep } from './declined-step.tsx'
import { FailedStep } from './failed-step.tsx'
import type { WayOn } from './failures.ts'
import { Invites } from './invites.tsx'
import { PairCard } from './pair-card.tsx'
import { PairTabs } from './pair-tabs.tsx'
import { PairedStep } from './paired-step.tsx'
import styles from './pair-page.module.css'
import { ProgressStep } from './progress-step.tsx'
import { ShowWords } from './show-words.tsx'
import { joiningWith, nothingTyped, type Typed } from './typed.ts'
import { TypeWords } from './type-words.tsx'

/** From five words to a device one knows: one card, whose content follows the pairing. */
export function PairPage() {
  const { value, fault } = usePairing()
  return (
    <div className={styles.page}>
      <BackLink />
      {value ? (
        <Steps state={value} />
      ) : (
        <PairCard>
          <h1 className="visually-hidden">{text.pairing.loading}</h1>
          {fault ? <Notice>{text.fault(fault)}</Notice> : null}
          <div className={styles.loading} aria-hidden>
            <Skeleton shape="title" />
            <Skeleton shape="hero" />
          </div>
        </PairCard>
      )}
    </div>
  )
}

function Steps({ state }: { readonly state: PairingState }) {
  const { link } = useContract()
  const route = useRoute()
  const tab = route.page === 'pair' ? route.tab : 'show'
  const [skipped, setSkipped] = useState(() => oldNews(state))
  const [refused, setRefused] = useState<number | null>(null)
  const [typed, setTyped] = useState(nothingTyped)
  const joining = useAction()
  const showing = useAction()

  const { attempt } = state
  useOpenedLink((opened) => {
    setTyped({ ...nothingTyped, way: 'link', link: opened, opened: true })
    // A question that stands comes first.
    if (isIdle(state)) setSkipped(attempt)
  })
  const choose = (next: PairTab) => {
    setSkipped(attempt)
    setRefused(null)
    goInstead(pairHrefs[next])
  }
  const show = () => {
    goInstead(pairHrefs.show)
    void showing.run(() => link.call('pairing.show', {}))
  }
  const join = (wanted: Typed) => {
    setTyped(wanted)
    const { call, input } = joiningWith(wanted)
    void joining.run(() => link.call(call, input))
  }
  const cancel = () => void link.call('pairing.cancel', { attempt }).catch(() => {})
  const goOn = (way: WayOn) => {
    if (way === 'show') return show()
    if (way === 'same') return join(typed)
    joining.forget()
    setTyped(preparedFor(way, typed))
    choose('type')
  }

  if (state.state === 'quiet' && attempt === refused) {
    return <DeclinedStep onShow={show} onType={() => goOn('new')} busy={showing.busy} />
  }
  if (attempt !== skipped) {
    switch (state.state) {
      case 'asking':
        return <AskStep asking={state} onDecline={() => setRefused(attempt)} />
      case 'searching':
      case 'proving':
      case 'waiting':
        return <ProgressStep stage={state} typed={typed} onCancel={cancel} />
      case 'paired':
        return (
          <PairedStep device={state.device} onAnother={() => (setTyped(nothingTyped), show())} />
        )
      case 'failed':
        return (
          <FailedStep
            fault={state.fault}
            typed={typed}
            tab={tab}
            busy={joining.busy || showing.busy}
            says={joining.says ?? showing.says}
            onWay={goOn}
          />
        )
      case 'quiet':
      case 'preparing':
      case 'showing':
        break
    }
  }
  const missed = state.state === 'failed' ? state.fault.code : null
  return (
    <>
      <PairCard>
        <PairTabs tab={tab} onChoose={choose} />
        {tab === 'show' ? (
          <ShowWords state={state} action={showing} />
        ) : (
          <TypeWords
            typed={typed}
            missed={missed}
            action={joining}
            onType={setTyped}
            onJoin={join}
          />
        )}
      </PairCard>
      {tab === 'show' ? <Invites /> : null}
    </>
  )
}

/** Fills in a link that was opened from outside, once; what becomes of it a person says here. */
function useOpenedLink(fillIn: (link: string) => void): void {
  const { link, desktop } = useContract()
  const take = useEffectEvent(fillIn)
  useEffect(() => {
    let taken: number | null = null
    const look = () => {
      const { value } = desktop.getState()
      const opened = value?.kind === 'app' ? value.opened : null
      if (opened?.what !== 'link' || opened.id === taken) return
      taken = opened.id
      take(opened.link)
      void link.call('desktop.taken', { id: opened.id }).catch(() => {})
    }
    look()
    return desktop.subscribe(look)
  }, [link, desktop])
}

function isIdle({ state }: PairingState): boolean {
  return state === 'quiet' || state === 'showing' || state === 'paired' || state === 'failed'
}

/**
 * Who opens the page wants to pair, not to read how the last pairing went; except that somebody
 * tried to guess the words, which must be told.
 */
function oldNews(state: PairingState): number | null {
  const isOver = state.state === 'paired' || state.state === 'failed'
  const mustBeTold = state.state === 'failed' && state.fault.code === 'pairing.guessed'
  return isOver && !mustBeTold ? state.attempt : null
}

function preparedFor(way: Exclude<WayOn, 'show' | 'same'>, typed: Typed): Typed {
  if (way === 'address') return { ...typed, way: 'words', address: typed.address ?? '' }
  return way === 'new' ? { ...nothingTyped, way: typed.way, address: typed.address } : typed
}
