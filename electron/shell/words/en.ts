import { sentenceOf, type FaultRecord } from '#shared/faults.ts'
import { grammarOf } from '#shared/grammar.ts'
import { isolated } from '#shared/languages.ts'
import { sizesOf } from '#shared/sizes.ts'

const { plural, percent } = grammarOf('en')
const sizes = sizesOf('en')
const filesOf = (files: number) => plural(files, { one: 'One file', other: (n) => `${n} files` })

/**
 * What the app says outside its page: in its icon, its notifications and its questions. It can be
 * read over a shoulder or on a locked screen, so it never holds the name of a file, a path or a text.
 */
export const en = {
  app: 'Gangway',
  /** Of something that kept the app from starting or took its window. */
  fault: ({ code, details }: Pick<FaultRecord, 'code' | 'details'>) => sentenceOf(code, details),
  menu: {
    about: 'About Gangway',
    services: 'Services',
    hide: 'Hide Gangway',
    hideOthers: 'Hide Others',
    unhide: 'Show All',
    quit: 'Quit Gangway',
    file: 'File',
    edit: 'Edit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    delete: 'Delete',
    selectAll: 'Select All',
    window: 'Window',
    minimize: 'Minimize',
    zoom: 'Zoom',
    front: 'Bring All to Front',
    close: 'Close',
  },
  tray: {
    open: 'Open Gangway',
    quit: 'Quit Gangway',
    nobody: 'No device is paired yet',
    quiet: 'Nothing is on its way',
    more: (amount: number) => `and ${amount} more`,
    presence: { here: 'here', connecting: 'connecting', away: 'away' },
    device: (name: string, presence: string) => `${isolated(name)}: ${presence}`,
    sending: (name: string, far: string) => `To ${isolated(name)}: ${far}`,
    receiving: (name: string, far: string) => `From ${isolated(name)}: ${far}`,
    percent,
    counting: 'counting',
    hover: (running: number) =>
      running === 0
        ? 'Gangway'
        : `Gangway: ${plural(running, { one: 'one transfer', other: (n) => `${n} transfers` })}`,
  },
  notices: {
    offer: (name: string) => `${isolated(name)} wants to send you something`,
    offerHolds: (files: number, bytes: number) => `${filesOf(files)}, ${sizes.words(bytes)}`,
    accept: 'Accept',
    decline: 'Decline',
    arrived: (name: string) => `Everything from ${isolated(name)} is here`,
    arrivedHolds: (files: number) => `${filesOf(files)}, checked and in their place`,
    openFolder: 'Open folder',
    sent: (name: string) => `Everything arrived on ${isolated(name)}`,
    failed: (name: string) => `A transfer with ${isolated(name)} did not get through`,
    failedHelp: 'Open Gangway to see why and what to do.',
    pairing: 'A device wants to pair with this one',
    pairingHelp: 'Look who it is in Gangway before you say yes.',
    text: (name: string) => `${isolated(name)} sent you a text`,
    textHelp: 'Open Gangway to read it.',
  },
  told: {
    staying: {
      title: 'Gangway keeps running',
      body: 'So that files can arrive. Its icon opens it again, and quits it.',
    },
    newer: {
      title: 'There is a newer Gangway',
      body: 'Get it the way you got this one.',
    },
  },
  parting: {
    title: (running: number) =>
      plural(running, {
        one: 'One transfer is under way',
        other: (n) => `${n} transfers are under way`,
      }),
    help: 'If you quit now it stops where it is. Nothing is lost: it goes on at that point when Gangway runs again.',
    quit: 'Quit',
    stay: 'Keep running',
  },
  autostart: 'Pairs laptops with five words and moves files between them',
} as const
