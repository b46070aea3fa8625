import { isolated } from '../grammar.ts'
import { count } from './grammar.ts'

export const settings = {
  open: 'Settings',
  title: 'Settings',
  fact: 'What you change is in force at once.',
  save: 'Save',
  saved: 'Saved',
  name: {
    title: 'This device',
    label: 'Name',
    help: 'What your other devices call it.',
    empty: 'Give this device a name, so you know it on the others.',
  },
  language: {
    title: 'Language',
    label: 'Language of the screens',
    system: 'As this computer is set',
  },
  downloads: {
    title: 'Where files land',
    label: 'Downloads folder',
    help: 'The whole path of a folder on this computer. What has landed stays where it is.',
    empty: 'Type the whole path of a folder.',
  },
  network: {
    title: 'Network',
    relay: 'Relay of your own',
    relayHelp: 'Its address, such as https://relay.example.org. Empty means the public relays.',
    relayBad: 'This is no address. It starts with https:// or http://',
  },
  speed: {
    title: 'How fast',
    all: 'For all transfers together',
    device: (name: string) => `To and from ${isolated(name)}`,
    unit: 'MB/s',
    help: 'Empty means as fast as it goes. A change takes effect within a second.',
    bad: 'Type a number greater than 0, or leave it empty.',
  },
  rules: {
    title: 'Without asking',
    none: 'No device yet',
    noneHelp: 'Pair a device, and choose here whether its files arrive without asking.',
    trusted: 'Trusted: its files arrive without asking, whatever stands here.',
    nothing: 'Sends nothing here.',
    off: 'You are asked each time.',
    on: 'Its files arrive without asking.',
    accept: (name: string) => `Accept from ${isolated(name)} without asking`,
    folder: 'Folder',
    folderFor: (name: string) => `Folder for ${isolated(name)}`,
    folderHelp: 'Empty means the downloads folder.',
    largest: 'Ask when larger than',
    largestFor: (name: string) => `Ask when larger than, for ${isolated(name)}`,
    largestHelp: 'Empty means whatever the size.',
    unit: 'GB',
    more: (amount: number) => `Show ${count(amount)} more`,
  },
} as const
