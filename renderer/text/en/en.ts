import { sentenceOf, type FaultRecord } from '#shared/faults.ts'
import type { DeviceKind, KeyProtection, Reach } from '#shared/model.ts'
import { paired, texts } from './devices.ts'
import { doctor } from './doctor.ts'
import { pairing } from './pairing.ts'
import { isolated } from '#shared/languages.ts'
import { count, plural } from './grammar.ts'
import { settings } from './settings.ts'
import { transfers } from './transfers.ts'

type Problem = Pick<FaultRecord, 'code' | 'details'>

/** Everything the screens say. Short, second person, state before detail. */
export const en = {
  app: 'Gangway',
  /** Of something that went wrong: what happened, and what to do. */
  fault: ({ code, details }: Problem) => sentenceOf(code, details),
  windowTitle: (name: string) => `${name} · Gangway`,
  version: (version: string) => `Gangway ${version}`,
  devices: 'Devices',
  loading: 'Loading',
  unnamed: 'Unnamed device',
  separator: ' · ',
  times: { justNow: 'just now' },
  copied: 'Copied',
  notCopied: 'Not copied. Select it and copy it yourself.',
  paired,
  texts,
  pairing,
  doctor,
  transfers,
  settings,
  announced: {
    one: (name: string) => `${isolated(name)} is nearby.`,
    many: (amount: number) => `${count(amount)} devices appeared nearby.`,
    oneLeft: (name: string) => `${isolated(name)} is no longer nearby.`,
    manyLeft: (amount: number) => `${count(amount)} devices are no longer nearby.`,
  },
  kinds: {
    laptop: 'Laptop',
    desktop: 'Desktop',
    server: 'Server',
  } satisfies Record<DeviceKind, string>,
  reach: {
    relay: 'Internet',
    lan: 'LAN',
    offline: 'Offline',
  } satisfies Record<Reach, string>,
  thisDevice: {
    line: 'This device',
    presence: {
      relay: 'online',
      lan: 'on this network',
      offline: 'offline',
    } satisfies Record<Reach, string>,
    disconnected: 'not connected',
    running: (since: string) => `Running since ${since}`,
    problems: (amount: number) =>
      plural(amount, { one: 'One thing needs you', other: (n) => `${n} things need you` }),
  },
  rename: {
    open: 'Rename',
    label: 'Name of this device',
    save: 'Save',
    cancel: 'Cancel',
    saving: 'Saving the name',
    empty: 'Give this device a name, so you know it on the others.',
  },
  around: {
    none: 'Nobody nearby yet',
    noneHelp:
      'Open Gangway on another computer on this network and make it visible there. It appears here by itself.',
    some: (amount: number) =>
      plural(amount, { one: 'One device is nearby', other: (n) => `${n} devices are nearby` }),
    someHelp: 'Choose one under Nearby to see who it is, or pair with words, once.',
    paired: (amount: number) =>
      plural(amount, { one: 'One device is yours', other: (n) => `${n} devices are yours` }),
    pairedHelp: 'Choose one to send it files or a text, or drop files right on it.',
    pairedHere: (amount: number) =>
      amount === 0
        ? 'None of them is connected now.'
        : plural(amount, { one: 'One is connected now.', other: (n) => `${n} are connected now.` }),
    looking: 'Looking around',
    lookingHelp: 'Devices on this network appear as soon as they are heard.',
    deaf: 'This network cannot be heard',
    deafHelp:
      'Devices whose address is known still work. What to do about the others is said above.',
  },
  yours: {
    title: 'Your devices',
    none: 'None yet',
    noneHelp: 'Devices you pair stay here, also while they are away.',
    unknown: 'Your devices cannot be shown',
  },
  nearby: {
    title: 'Nearby',
    none: 'Nobody yet',
    noneHelp: 'Open Gangway on another computer on this network.',
    deaf: 'This network cannot be heard. See this device for what to do.',
    notPaired: 'Not paired',
    since: (since: string) => `here since ${since}`,
  },
  others: {
    title: 'What others see',
    visible: 'Visible nearby',
    visibleHelp:
      'Everyone on this network sees this device and its name. Otherwise only devices you paired recognise it.',
    lanOnly: 'This network only',
    lanOnlyHelp:
      'Nothing leaves this network. Your devices elsewhere cannot reach this one until you switch it off.',
    routerPort: 'Let the router help',
    routerPortHelp:
      'While files go to or from a device elsewhere, the router may open a port, so that they take the direct way. Never in a private network.',
  },
  reached: {
    title: 'How it is reached',
    known: 'Where it was heard',
    none: 'No address yet',
    noneHelp: 'Connect this computer to a network.',
    noneKnown: 'No address was heard.',
    through: 'Through the internet',
    relayNone: 'Not at the moment',
    relayOff: 'Off: this network only',
    scopes: {
      here: 'On this computer',
      network: 'On this network',
      internet: 'At a public address',
    },
  },
  identity: {
    title: 'Identity',
    key: 'Key of this device',
    protection: {
      keychain: 'Kept in the keychain of this computer.',
      passphrase: 'Sealed with your passphrase.',
      'key-file':
        'In a file that only you can read. Whoever copies that file can pose as this device.',
      unprotected:
        'Not protected: other programs on this computer can read it. Unlock or set up a keychain to protect it.',
    } satisfies Record<KeyProtection, string>,
    id: 'Device id',
    idHelp: 'Proves which device this is, whatever its name.',
    idHelpOther: 'Names can be chosen freely; this cannot.',
    show: 'Show',
    showLabel: 'Show the device id',
    hide: 'Hide',
    hideLabel: 'Hide the device id',
    copy: 'Copy',
  },
  stranger: {
    badge: 'Nearby',
    title: (name: string) => `${isolated(name)} is on your network`,
    help: 'It runs Gangway, and nothing more is known. Anyone can choose any name, so a name alone is no reason to trust it. Nothing passes between you until you pair.',
    since: (since: string) => `Here since ${since}`,
    pair: 'Pair with it',
    away: 'Away',
    gone: (name: string) => `${isolated(name)} is no longer nearby`,
    goneUnknown: 'This device is no longer nearby',
    goneHelp: 'It is asleep, switched off or on another network. It comes back here by itself.',
  },
  undo: { undo: 'Undo', forget: 'Dismiss' },
  welcome: {
    step: (step: number, all: number) => `Step ${step} of ${all}`,
    next: 'Continue',
    back: 'Back',
    skip: 'Skip all this',
    name: {
      title: 'Welcome. What is this device called?',
      help: 'Your other devices show this name. You can change it at any time.',
      label: 'Name of this device',
    },
    folder: {
      title: 'Where should files land?',
      help: 'What other devices send you is put here, once you have said yes.',
      label: 'Downloads folder',
      labelHelp: 'The whole path of a folder on this computer.',
    },
    visible: {
      title: 'May others nearby see this device?',
      help: 'Seeing is not yet reaching: nothing passes before the two are paired.',
    },
    pair: {
      title: 'Pair your first device',
      help: 'Open Gangway on the other device too. One of the two shows five words, the other types them, once.',
      show: 'Show words here',
      type: 'Type words here',
      later: 'Later',
    },
  },
  link: {
    lost: 'Connection to Gangway lost.',
    retryIn: (seconds: number) => `Trying again in ${seconds} s`,
    retrying: 'Trying again',
    tryNow: 'Try now',
  },
  refused: {
    title: 'Open Gangway with its link',
    what: 'This page does not know you. Gangway shows itself only to who started it.',
    steps: [
      'Find the terminal where Gangway runs, or start it there:',
      'Open the link it prints. Each start prints a new one.',
    ],
    command: 'gangway serve',
    password: {
      title: 'Open Gangway with its password',
      label: 'Password',
      help: 'The one this Gangway was started with. Whoever started it knows it.',
      open: 'Open',
    },
  },
  broken: {
    title: 'This screen stopped working',
    help: 'Nothing you sent or received is lost. Reload to go on.',
    reload: 'Reload',
  },
} as const
