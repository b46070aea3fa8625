import type { DoctorCheck, DoctorReport, LinkFacts } from './devices.ts'

const marks: Readonly<Record<DoctorCheck['verdict'], string>> = {
  good: 'ok    ',
  notice: 'notice',
  bad: 'BAD   ',
}

/** The report as text to read or to send to somebody who helps. */
export function formatReport({ at, version, checks, links }: DoctorReport): string {
  const parts = [
    [`Gangway ${version}, ${new Date(at).toISOString()}`],
    checks.flatMap(checkLines),
    ...(links.length > 0 ? [['Paired devices', ...links.flatMap(linkLines)]] : []),
  ]
  return parts.map((lines) => lines.join('\n')).join('\n\n')
}

function checkLines({ verdict, title, detail, remedy }: DoctorCheck): string[] {
  const line = `${marks[verdict]}  ${title}: ${detail}`
  return remedy === null ? [line] : [line, `        → ${remedy}`]
}

const pathNames: Readonly<Record<NonNullable<LinkFacts['path']>['kind'], string>> = {
  lan: 'on this network',
  direct: 'directly over the internet',
  relay: 'through a relay',
}

function linkLines({ name, path, ...facts }: LinkFacts): string[] {
  if (!path) return [`  ${name}: not connected`]
  const { congestionWindow, lostPackets, sentPackets, mtu } = facts
  const rtt = path.rttMs === null ? [] : [`round trip ${path.rttMs} ms`]
  const window = congestionWindow === null ? [] : [`window ${congestionWindow} bytes`]
  const lost =
    lostPackets === null || sentPackets === null
      ? []
      : [`${lostPackets} of ${sentPackets} packets lost`]
  const largest = mtu === null ? [] : [`packets up to ${mtu} bytes`]
  const details = [...rtt, ...window, ...lost, ...largest].join(', ')
  return [`  ${name}: ${pathNames[path.kind]} (${path.address})`, `    ${details}`]
}
