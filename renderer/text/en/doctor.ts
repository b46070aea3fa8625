import type { DoctorCheck } from '#shared/devices.ts'
import type { FaultDetails } from '#shared/faults.ts'
import { checkTitles, findingWords, type Found } from '#shared/findings.ts'
import { count, plural } from './grammar.ts'

export const doctor = {
  open: 'Doctor',
  title: 'Doctor',
  help: 'What works, what does not, and what to do about it.',
  running: 'Looking at the network and this computer',
  runningHelp: 'This takes a few seconds. Nothing is changed.',
  again: 'Run again',
  stillRunning: 'Running',
  copy: 'Copy report',
  looked: (time: string) => `Looked ${time}`,
  failedTitle: 'Doctor could not look',
  verdicts: {
    bad: 'Needs you',
    notice: 'Good to know',
    good: 'All well',
  } satisfies Record<DoctorCheck['verdict'], string>,
  summary: {
    good: 'Everything works',
    goodHelp: (checks: number) => `${count(checks)} things were looked at, and all are well.`,
    notice: 'Everything works, mostly',
    noticeHelp: 'Nothing needs you. A few things are good to know.',
    bad: (amount: number) =>
      plural(amount, { one: 'One thing needs you', other: (n) => `${n} things need you` }),
    badHelp: 'What to do about it stands below.',
  },
  checks: checkTitles,
  /** What was seen, and what to do about it. */
  found: (code: Found, details: FaultDetails) => findingWords(code, details),
  links: {
    title: 'Connections',
    none: 'No paired devices yet',
    noneHelp: 'Once you have paired a device, this shows how it is reached.',
    device: 'Device',
    path: 'Path',
    rtt: 'Round trip',
    loss: 'Lost packets',
    window: 'Window',
    mtu: 'Largest packet',
    away: 'Not connected',
    unknown: '–',
    milliseconds: (value: string) => `${value} ms`,
    lost: (lost: number, sent: number, share: string) =>
      `${count(lost)} of ${count(sent)} (${share})`,
    bytes: (amount: number) => `${count(amount)} bytes`,
    more: (amount: number) => `${count(amount)} more in the report`,
  },
} as const
