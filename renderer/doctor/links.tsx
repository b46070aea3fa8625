import { Unplug } from 'lucide-react'
import type { LinkFacts } from '#shared/devices.ts'
import { bytesWords, millisecondsWords, shareWords } from '../text/amounts.ts'
import { text } from '../text/text.ts'
import { Badge } from '../ui/badge.tsx'
import { Line, Section } from '../ui/section.tsx'
import { pathTones } from '../devices/presence.ts'
import styles from './doctor-page.module.css'

/** The report has them all; a table of thousands would help nobody. */
const shownAtMost = 100

/** How each paired device is reached, in numbers for who wants them. */
export function Links({ links }: { readonly links: readonly LinkFacts[] }) {
  const words = text.doctor.links
  if (links.length === 0) {
    return (
      <Section title={words.title}>
        <Line icon={<Unplug size={18} />} title={words.none} detail={words.noneHelp} />
      </Section>
    )
  }
  // Connected ones first: they are what the numbers are about.
  const ordered = [...links.filter(({ path }) => path), ...links.filter(({ path }) => !path)]
  return (
    <Section title={words.title}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{words.device}</th>
            <th scope="col">{words.path}</th>
            <th scope="col" className={styles.number}>
              {words.rtt}
            </th>
            <th scope="col" className={styles.number}>
              {words.loss}
            </th>
            <th scope="col" className={styles.number}>
              {words.window}
            </th>
            <th scope="col" className={styles.number}>
              {words.mtu}
            </th>
          </tr>
        </thead>
        <tbody>
          {ordered.slice(0, shownAtMost).map((link) => (
            <LinkRow key={link.id} link={link} />
          ))}
        </tbody>
      </table>
      {ordered.length > shownAtMost ? (
        <p className={styles.more}>{words.more(ordered.length - shownAtMost)}</p>
      ) : null}
    </Section>
  )
}

function LinkRow({ link }: { readonly link: LinkFacts }) {
  const words = text.doctor.links
  const { path } = link
  const name = (
    <th scope="row">
      <bdi>{link.name}</bdi>
    </th>
  )
  if (!path) {
    return (
      <tr>
        {name}
        <td colSpan={5} className={styles.none}>
          {words.away}
        </td>
      </tr>
    )
  }
  const { congestionWindow, mtu } = link
  return (
    <tr>
      {name}
      <td>
        <Badge tone={pathTones[path.kind]}>{text.paired.paths[path.kind]}</Badge>{' '}
        <bdi className={styles.address}>{path.address}</bdi>
      </td>
      <td className={styles.number}>
        {path.rttMs === null ? words.unknown : words.milliseconds(millisecondsWords(path.rttMs))}
      </td>
      <td className={styles.number}>{lossWords(link)}</td>
      <td className={styles.number}>
        {congestionWindow === null ? words.unknown : bytesWords(congestionWindow)}
      </td>
      <td className={styles.number}>{mtu === null ? words.unknown : words.bytes(mtu)}</td>
    </tr>
  )
}

function lossWords({ lostPackets, sentPackets }: LinkFacts): string {
  const words = text.doctor.links
  if (lostPackets === null || sentPackets === null) return words.unknown
  return words.lost(lostPackets, sentPackets, shareWords(lostPackets, sentPackets))
}
