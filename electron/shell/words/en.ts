import { formatBytes } from '#shared/formatting.ts'
import { isolated } from '#shared/languages.ts'

const filesOf = (files: number) => (files === 1 ? 'One file' : `${files} files`)

/**
 * What the app says outside its page: in its icon, its notifications and its questions. It can be
 * read over a shoulder or on a locked screen, so it never holds the name of a file, a path or a text.
 */
export const en = {
  app: 'Gangway',
  tray: {
    open: 'Open Gangway',
    quit: 'Quit Gangway',
    nobody: 'No device is paired yet',
    quiet: 'Nothing is on its way',
    more: (amount: number) => `and ${amount} more`,
    presence: { here: 'here', connecting: 'connecting', away: 'away' },
    device: (name: string, presence: string) => `${isolated(name)}: ${presence}`,
    sending: (name: string, percent: string) => `To ${isolated(name)}: ${percent}`,
    receiving: (name: string, percent: string) => `From ${isolated(name)}: ${percent}`,
    counting: 'counting',
    hover: (running: number) =>
      running === 0
        ? 'Gangway'
        : `Gangway: ${running === 1 ? 'one transfer' : `${running} transfers`}`,
  },
  notices: {
    offer: (name: string) => `${isolated(name)} wants to send you something`,
    offerHolds: (files: number, bytes: number) => `${filesOf(files)}, ${formatBytes(bytes)}`,
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
      running === 1 ? 'One transfer is under way' : `${running} transfers are under way`,
    help: 'If you quit now it stops where it is. Nothing is lost: it goes on at that point when Gangway runs again.',
    quit: 'Quit',
    stay: 'Keep running',
  },
  autostart: 'Pairs laptops with five words and moves files between them',
} as const
