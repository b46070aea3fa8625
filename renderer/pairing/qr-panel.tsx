import { generate } from 'lean-qr'
import { toSvgPath } from 'lean-qr/extras/svg'
import { useMemo } from 'react'
import type { ShownCode } from '#shared/devices.ts'
import { text } from '../text/text.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import styles from './show-words.module.css'

const quietZone = 4

/** The same invitation for whoever can scan or paste; and where to find this device. */
export function QrPanel({ code }: { readonly code: ShownCode }) {
  const words = text.pairing.show
  return (
    <div className={styles.qr}>
      <QrCode link={code.link} />
      <div className={styles.about}>
        <h2>{words.qrTitle}</h2>
        <p>{words.qrHelp}</p>
        <code className={styles.link}>{code.link}</code>
        <CopyButton words={words.copyLink} content={() => code.link} />
        {code.addresses.length > 0 ? <p>{words.addressHelp(code.addresses.slice(0, 2))}</p> : null}
      </div>
    </div>
  )
}

/** Dark on white in every theme: not every camera reads it the other way round. */
function QrCode({ link }: { readonly link: string }) {
  const { size, path } = useMemo(() => {
    const code = generate(link)
    return { size: code.size + 2 * quietZone, path: toSvgPath(code) }
  }, [link])
  return (
    <svg
      className={styles.code}
      viewBox={`${-quietZone} ${-quietZone} ${size} ${size}`}
      role="img"
      aria-label={text.pairing.show.qrLabel}
      shapeRendering="crispEdges"
    >
      <rect x={-quietZone} y={-quietZone} width={size} height={size} />
      <path d={path} />
    </svg>
  )
}
