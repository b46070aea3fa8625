import type { Catalogue } from '../catalogue.ts'
import { foundWords } from './findings.ts'
import { count, plural } from './grammar.ts'

export const doctor: Catalogue['doctor'] = {
  open: 'Diagnose',
  title: 'Diagnose',
  help: 'Was funktioniert, was nicht, und was du tun kannst.',
  running: 'Netzwerk und Computer werden angesehen',
  runningHelp: 'Das dauert ein paar Sekunden. Es wird nichts verändert.',
  again: 'Noch einmal',
  stillRunning: 'Läuft',
  copy: 'Bericht kopieren',
  looked: (time: string) => `Angesehen um ${time}`,
  failedTitle: 'Die Diagnose konnte nicht nachsehen',
  verdicts: { bad: 'Braucht dich', notice: 'Gut zu wissen', good: 'Alles gut' },
  summary: {
    good: 'Alles funktioniert',
    goodHelp: (checks: number) =>
      `${count(checks)} Dinge wurden angesehen, und alle sind in Ordnung.`,
    notice: 'Fast alles funktioniert',
    noticeHelp: 'Nichts braucht dich. Ein paar Dinge sind gut zu wissen.',
    bad: (amount: number) =>
      plural(amount, { one: 'Eine Sache braucht dich', other: (n) => `${n} Dinge brauchen dich` }),
    badHelp: 'Was du tun kannst, steht unten.',
  },
  checks: {
    network: 'Netzwerk',
    vpn: 'VPN',
    udp: 'UDP auf diesem Computer',
    endpoint: 'Port',
    discovery: 'Geräte in der Nähe',
    relay: 'Relay',
    private: 'Privates Netz',
    router: 'Port am Router',
    firewall: 'Firewall',
    clock: 'Uhr',
    disk: 'Datenträger',
    key: 'Geräteschlüssel',
    store: 'Gespeicherte Daten',
    load: 'Geschwindigkeit',
  },
  found: foundWords,
  links: {
    title: 'Verbindungen',
    none: 'Noch keine gekoppelten Geräte',
    noneHelp: 'Sobald du ein Gerät gekoppelt hast, steht hier, wie es erreicht wird.',
    device: 'Gerät',
    path: 'Weg',
    rtt: 'Hin und zurück',
    loss: 'Verlorene Pakete',
    window: 'Fenster',
    mtu: 'Größtes Paket',
    away: 'Nicht verbunden',
    unknown: '–',
    milliseconds: (value: string) => `${value} ms`,
    lost: (lost: number, sent: number, share: string) =>
      `${count(lost)} von ${count(sent)} (${share})`,
    bytes: (amount: number) => `${count(amount)} Bytes`,
    more: (amount: number) => `${count(amount)} weitere im Bericht`,
  },
}
