import type { Catalogue } from '../catalogue.ts'
import { isolated } from '#shared/languages.ts'
import { count } from './grammar.ts'

export const settings: Catalogue['settings'] = {
  open: 'Einstellungen',
  title: 'Einstellungen',
  fact: 'Was du änderst, gilt sofort.',
  save: 'Speichern',
  saved: 'Gespeichert',
  name: {
    title: 'Dieses Gerät',
    label: 'Name',
    help: 'So nennen es deine anderen Geräte.',
    empty: 'Gib diesem Gerät einen Namen, damit du es auf den anderen erkennst.',
  },
  language: {
    title: 'Sprache',
    label: 'Sprache von Gangway',
    system: 'Wie dieser Computer',
  },
  downloads: {
    title: 'Wo Dateien landen',
    label: 'Download-Ordner',
    help: 'Der ganze Pfad eines Ordners auf diesem Computer. Was schon gelandet ist, bleibt, wo es ist.',
    empty: 'Gib den ganzen Pfad eines Ordners ein.',
  },
  network: {
    title: 'Netzwerk',
    relay: 'Eigenes Relay',
    relayHelp:
      'Seine Adresse, etwa https://relay.example.org. Leer heißt: die öffentlichen Relays.',
    relayBad: 'Das ist keine Adresse. Sie beginnt mit https:// oder http://',
  },
  privateNetwork: {
    title: 'Privates Netz',
    none: 'Keines',
    noneHelp:
      'In einem privaten Netz sehen Geräte ohne seinen Schlüssel dieses nicht und bekommen keine Antwort, auch nicht mit den richtigen Wörtern.',
    create: 'Eines anlegen',
    member: 'Diese Wörter sind auf jedem Gerät deines privaten Netzes dieselben.',
    given:
      'Diese Wörter sind auf jedem Gerät des Netzes dieselben. Der Schlüssel kam beim Start von Gangway mit.',
    keyHelp:
      'Gib seinen Schlüssel auf deinen anderen Geräten ein. Wer ihn hat, gehört zum Netz: Gib ihn sonst niemandem.',
    show: 'Schlüssel zeigen',
    hide: 'Verbergen',
    copy: 'Schlüssel kopieren',
    leave: 'Verlassen',
    leaveLabel: 'Das private Netz verlassen',
    left: 'Das private Netz wurde verlassen.',
    joinLabel: 'Schlüssel eines privaten Netzes',
    joinHelp: 'Aus den Einstellungen eines Geräts, das darin ist. Er beginnt mit gwnet1.',
    join: 'Beitreten',
  },
  app: {
    title: 'Auf diesem Computer',
    stay: 'Weiterlaufen, wenn das Fenster geschlossen wird',
    stayHelp:
      'So können jederzeit Dateien ankommen. Das Symbol von Gangway öffnet das Fenster wieder.',
    startAtLogin: 'Beim Anmelden starten',
    startAtLoginHelp: 'Gangway ist von Anfang an da, ohne sein Fenster zu öffnen.',
    updates: 'Nach neueren Versionen sehen',
    updatesHelp: 'Einmal am Tag, und nie, solange „Nur dieses Netzwerk“ an ist.',
    browser: 'In einem Browser',
    browserHelp:
      'Gangway läuft so lange wie sein Terminal. Symbol, Mitteilungen und der Start beim Anmelden gehören zur App.',
  },
  speed: {
    title: 'Wie schnell',
    all: 'Für alle Übertragungen zusammen',
    device: (name: string) => `Von und zu ${isolated(name)}`,
    unit: 'MB/s',
    help: 'Leer heißt: so schnell es geht. Eine Änderung wirkt binnen einer Sekunde.',
    bad: 'Gib eine Zahl größer als 0 ein, oder lass es leer.',
  },
  rules: {
    title: 'Ohne Nachfrage',
    none: 'Noch kein Gerät',
    noneHelp: 'Koppele ein Gerät, und wähle hier, ob seine Dateien ohne Nachfrage ankommen.',
    trusted: 'Vertraut: Seine Dateien kommen ohne Nachfrage an, was auch immer hier steht.',
    nothing: 'Sendet nichts hierher.',
    off: 'Du wirst jedes Mal gefragt.',
    on: 'Seine Dateien kommen ohne Nachfrage an.',
    accept: (name: string) => `Von ${isolated(name)} ohne Nachfrage annehmen`,
    folder: 'Ordner',
    folderFor: (name: string) => `Ordner für ${isolated(name)}`,
    folderHelp: 'Leer heißt: der Download-Ordner.',
    largest: 'Fragen, wenn größer als',
    largestFor: (name: string) => `Fragen, wenn größer als, für ${isolated(name)}`,
    largestHelp: 'Leer heißt: egal wie groß.',
    skip: (name: string) => `Dateien von ${isolated(name)} auslassen, deren Namen es schon gibt`,
    skipHelp: 'Sonst bleiben beide: Die neue bekommt eine Nummer.',
    unit: 'GB',
    more: (amount: number) => `${count(amount)} weitere zeigen`,
  },
}
