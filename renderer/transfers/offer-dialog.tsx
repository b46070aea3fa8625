import { useEffect, useId, useMemo, useRef, useState, type MouseEvent } from 'react'
import { useStore } from 'zustand'
import type { PairedDevice } from '#shared/devices.ts'
import type { Transfer } from '#shared/transfers.ts'
import { useContract, usePairedDevices, useThisDevice, useTransfers } from '../bridge/context.ts'
import { useAction } from '../bridge/use-action.ts'
import { KindTile } from '../devices/kind-icon.tsx'
import { bytesWords } from '../text/amounts.ts'
import { text } from '../text/text.ts'
import { dateWords, roughlyLeftWords } from '../text/times.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogFoot, DialogTitle } from '../ui/dialog.tsx'
import { useSecondsLeft } from '../ui/seconds.ts'
import { OfferFolder } from './offer-folder.tsx'
import styles from './offer-dialog.module.css'
import { offersIn, putOff, putOffOffer } from './offers.ts'
import { ShapeIcon } from './shape-icon.tsx'
import { joined, shapeOf, titleOf } from './words.ts'

/** What another device wants to send, one offer after the other; it cannot be overlooked. */
export function OfferDialog() {
  const { value } = useTransfers()
  const later = useStore(putOff)
  const devices = usePairedDevices().value
  const waiting = useMemo(() => offersIn(value).filter(({ id }) => !later.has(id)), [value, later])
  const [offer] = waiting
  if (!offer) return null
  return (
    <Offer
      key={offer.id}
      offer={offer}
      device={devices?.get(offer.device) ?? null}
      others={waiting.length - 1}
    />
  )
}

interface OfferProps {
  readonly offer: Transfer
  readonly device: PairedDevice | null
  readonly others: number
}

function Offer({ offer, device, others }: OfferProps) {
  const { link } = useContract()
  const id = useId()
  const answering = useAction()
  const usual = useThisDevice().value?.settings.downloads ?? ''
  const [folder, setFolder] = useState<string | null>(null)
  const [skips, setSkips] = useState(false)
  const [always, setAlways] = useState(false)
  const [isEmpty, setEmpty] = useState(false)
  const accept = useRef<HTMLButtonElement>(null)
  const words = text.transfers.offer
  const { deviceName: name } = offer
  useUnmissable(name)
  // After the dialog has opened and given the focus to what comes first in it.
  useEffect(() => accept.current?.focus(), [])

  const answer = (yes: boolean) => {
    const own = folder?.trim()
    setEmpty(yes && own === '')
    if (yes && own === '') return
    const where = yes && own !== undefined ? { folder: own } : {}
    const rule = yes && always ? { always } : {}
    const taken = yes && skips ? { conflicts: 'skip' as const } : {}
    void answering.run(() =>
      link.call('transfer.answer', { id: offer.id, accept: yes, ...where, ...taken, ...rule }),
    )
  }
  // The second click of a double click was meant for the offer before this one.
  const pressing = (yes: boolean) => (event: MouseEvent) => event.detail < 2 && answer(yes)
  return (
    <Dialog wide labelledBy={id} onClose={() => putOffOffer(offer.id)}>
      <DialogTitle
        id={id}
        tile={<KindTile kind={device?.kind ?? null} />}
        title={titleWords(offer)}
      >
        {device ? (
          <p className={styles.quiet}>
            {joined(words.paired(dateWords(device.pairedAt)), device.fingerprint)}
          </p>
        ) : null}
      </DialogTitle>
      <What offer={offer} />
      <OfferFolder
        offer={offer}
        usual={usual}
        folder={folder}
        problem={isEmpty ? words.folderEmpty : null}
        onFolder={setFolder}
      />
      <label className={styles.always}>
        <input
          type="checkbox"
          checked={skips}
          onChange={({ target }) => setSkips(target.checked)}
        />
        {words.skip}
      </label>
      <label className={styles.always}>
        <input
          type="checkbox"
          checked={always}
          onChange={({ target }) => setAlways(target.checked)}
        />
        {words.always(name)}
      </label>
      <DialogFoot
        says={answering.says}
        aside={others > 0 ? words.more(others) : <Expiry offer={offer} />}
      >
        <Button look="quiet" onClick={() => putOffOffer(offer.id)}>
          {words.later}
        </Button>
        <Button onClick={pressing(false)}>{words.decline}</Button>
        <Button ref={accept} look="signal" aria-busy={answering.busy} onClick={pressing(true)}>
          {words.accept}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}

function titleWords(offer: Transfer): string {
  const words = text.transfers.offer
  const { deviceName: name, things } = offer
  const shape = shapeOf(offer)
  if (shape === 'several') return words.many(name, things)
  return shape === 'file' ? words.one(name) : words.folder(name)
}

function What({ offer }: { readonly offer: Transfer }) {
  const { names, files, things, totalBytes, listed } = offer
  const size = bytesWords(totalBytes)
  const others = things - Math.min(names.length, 4)
  const listing = things > 1 ? names.slice(0, 4).join(', ') : null
  return (
    <div className={styles.what}>
      <ShapeIcon shape={shapeOf(offer)} size={22} />
      <div className={styles.things}>
        <p className={styles.name}>
          <bdi>{things > 1 ? text.transfers.files(files) : titleOf(offer)}</bdi>
        </p>
        <p className={styles.quiet}>
          <bdi>
            {listing === null
              ? text.transfers.files(files)
              : others > 0
                ? text.transfers.more(listing, others)
                : listing}
          </bdi>
        </p>
      </div>
      <span className={styles.quiet}>{listed ? size : text.transfers.offer.atLeast(size)}</span>
    </div>
  )
}

function Expiry({ offer }: { readonly offer: Transfer }) {
  const until = offer.state === 'offered' ? offer.expiresAt : null
  return until === null ? null : <Ends until={until} />
}

function Ends({ until }: { readonly until: number }) {
  return text.transfers.offer.left(roughlyLeftWords(useSecondsLeft(until)))
}

/** In the title of the window, and by the system where the person has allowed that before. */
function useUnmissable(name: string): void {
  useEffect(() => {
    const before = document.title
    const words = text.transfers.offer.windowTitle(name)
    document.title = words
    const told = document.hidden && globalThis.Notification?.permission === 'granted'
    const notification = told ? new Notification(words) : null
    notification?.addEventListener('click', () => window.focus())
    return () => {
      document.title = before
      notification?.close()
    }
  }, [name])
}
