import type { FaultRecord } from '#shared/faults.ts'
import type { Catalogue } from '../catalogue.ts'
import { isolated } from '#shared/languages.ts'
import { paired, texts } from './devices.ts'
import { doctor } from './doctor.ts'
import { faultSentence } from '#shared/faults-de.ts'
import { count, plural } from './grammar.ts'
import { pairing } from './pairing.ts'
import { settings } from './settings.ts'
import { transfers } from './transfers.ts'

type Problem = Pick<FaultRecord, 'code' | 'details'>

/** The glossary is in docs/languages.md: one word for one thing, everywhere. */
export const de: Catalogue = {
  app: 'Gangway',
  fault: ({ code, details }: Problem) => faultSentence(code, details),
  windowTitle: (name: string) => `${name} · Gangway`,
  version: (version: string) => `Gangway ${version}`,
  devices: 'Geräte',
  loading: 'Lädt',
  unnamed: 'Gerät ohne Namen',
  separator: ' · ',
  times: { justNow: 'gerade eben' },
  copied: 'Kopiert',
  notCopied: 'Nicht kopiert. Markiere es und kopiere es selbst.',
  paired,
  texts,
  pairing,
  doctor,
  transfers,
  settings,
  announced: {
    one: (name: string) => `${isolated(name)} ist in der Nähe.`,
    many: (amount: number) => `${count(amount)} Geräte sind in der Nähe aufgetaucht.`,
    oneLeft: (name: string) => `${isolated(name)} ist nicht mehr in der Nähe.`,
    manyLeft: (amount: number) => `${count(amount)} Geräte sind nicht mehr in der Nähe.`,
  },
  kinds: { laptop: 'Laptop', desktop: 'Desktop', server: 'Server' },
  reach: { relay: 'Internet', lan: 'LAN', offline: 'Offline' },
  thisDevice: {
    line: 'Dieses Gerät',
    presence: { relay: 'online', lan: 'im Netzwerk', offline: 'offline' },
    disconnected: 'nicht verbunden',
    running: (since: string) => `Läuft seit ${since}`,
    problems: (amount: number) =>
      plural(amount, { one: 'Eine Sache braucht dich', other: (n) => `${n} Dinge brauchen dich` }),
  },
  rename: {
    open: 'Umbenennen',
    label: 'Name dieses Geräts',
    save: 'Speichern',
    cancel: 'Abbrechen',
    saving: 'Der Name wird gespeichert',
    empty: 'Gib diesem Gerät einen Namen, damit du es auf den anderen erkennst.',
  },
  around: {
    none: 'Noch niemand in der Nähe',
    noneHelp:
      'Öffne Gangway auf einem anderen Computer in diesem Netzwerk und mach ihn dort sichtbar. Er erscheint hier von selbst.',
    some: (amount: number) =>
      plural(amount, {
        one: 'Ein Gerät ist in der Nähe',
        other: (n) => `${n} Geräte sind in der Nähe`,
      }),
    someHelp:
      'Wähle eines unter „In der Nähe“, um zu sehen, wer es ist, oder koppele es einmal mit Wörtern.',
    paired: (amount: number) =>
      plural(amount, { one: 'Ein gekoppeltes Gerät', other: (n) => `${n} gekoppelte Geräte` }),
    pairedHelp:
      'Wähle eines, um ihm Dateien oder einen Text zu senden, oder zieh Dateien direkt darauf.',
    pairedHere: (amount: number) =>
      amount === 0
        ? 'Keines davon ist gerade verbunden.'
        : plural(amount, {
            one: 'Eines ist gerade verbunden.',
            other: (n) => `${n} sind gerade verbunden.`,
          }),
    looking: 'Schaut sich um',
    lookingHelp: 'Geräte in diesem Netzwerk erscheinen, sobald sie sich melden.',
    deaf: 'Dieses Netzwerk ist nicht zu hören',
    deafHelp:
      'Geräte mit bekannter Adresse funktionieren weiter. Was du für die anderen tun kannst, steht oben.',
  },
  yours: {
    title: 'Deine Geräte',
    none: 'Noch keine',
    noneHelp: 'Gekoppelte Geräte bleiben hier, auch wenn sie gerade nicht da sind.',
    unknown: 'Deine Geräte lassen sich nicht anzeigen',
  },
  nearby: {
    title: 'In der Nähe',
    none: 'Noch niemand',
    noneHelp: 'Öffne Gangway auf einem anderen Computer in diesem Netzwerk.',
    deaf: 'Dieses Netzwerk ist nicht zu hören. Was du tun kannst, steht bei diesem Gerät.',
    notPaired: 'Nicht gekoppelt',
    since: (since: string) => `seit ${since}`,
  },
  others: {
    title: 'Was andere sehen',
    visible: 'In der Nähe sichtbar',
    visibleHelp:
      'Alle in diesem Netzwerk sehen dieses Gerät und seinen Namen. Sonst erkennen es nur Geräte, die du gekoppelt hast.',
    lanOnly: 'Nur dieses Netzwerk',
    lanOnlyHelp:
      'Nichts verlässt dieses Netzwerk. Deine Geräte anderswo erreichen dieses hier erst wieder, wenn du das ausschaltest.',
    routerPort: 'Router mithelfen lassen',
    routerPortHelp:
      'Während Dateien zu einem Gerät anderswo gehen oder von dort kommen, darf der Router einen Port öffnen, damit sie den direkten Weg nehmen. Nie in einem privaten Netz.',
  },
  reached: {
    title: 'Wie es erreichbar ist',
    known: 'Wo es zu hören war',
    none: 'Noch keine Adresse',
    noneHelp: 'Verbinde diesen Computer mit einem Netzwerk.',
    noneKnown: 'Es war keine Adresse zu hören.',
    through: 'Über das Internet',
    relayNone: 'Gerade nicht',
    relayOff: 'Aus: nur dieses Netzwerk',
    scopes: {
      here: 'Auf diesem Computer',
      network: 'In diesem Netzwerk',
      internet: 'Unter einer öffentlichen Adresse',
    },
  },
  identity: {
    title: 'Identität',
    key: 'Schlüssel dieses Geräts',
    protection: {
      keychain: 'Liegt im Schlüsselbund dieses Computers.',
      passphrase: 'Versiegelt mit deiner Passphrase.',
      'key-file':
        'Liegt in einer Datei, die nur du lesen kannst. Wer diese Datei kopiert, kann sich als dieses Gerät ausgeben.',
      unprotected:
        'Nicht geschützt: Andere Programme auf diesem Computer können ihn lesen. Entsperre oder richte einen Schlüsselbund ein, um ihn zu schützen.',
    },
    id: 'Geräte-ID',
    idHelp: 'Beweist, welches Gerät das ist, wie auch immer es heißt.',
    idHelpOther: 'Namen sind frei wählbar; das hier nicht.',
    show: 'Anzeigen',
    showLabel: 'Geräte-ID anzeigen',
    hide: 'Ausblenden',
    hideLabel: 'Geräte-ID ausblenden',
    copy: 'Kopieren',
  },
  stranger: {
    badge: 'In der Nähe',
    title: (name: string) => `${isolated(name)} ist in deinem Netzwerk`,
    help: 'Dort läuft Gangway, mehr ist nicht bekannt. Jeder kann jeden Namen wählen, ein Name allein ist also kein Grund zu vertrauen. Zwischen euch geht nichts hin und her, bevor ihr koppelt.',
    since: (since: string) => `Hier seit ${since}`,
    pair: 'Koppeln',
    away: 'Nicht da',
    gone: (name: string) => `${isolated(name)} ist nicht mehr in der Nähe`,
    goneUnknown: 'Dieses Gerät ist nicht mehr in der Nähe',
    goneHelp:
      'Es schläft, ist ausgeschaltet oder in einem anderen Netzwerk. Es erscheint hier von selbst wieder.',
  },
  undo: { undo: 'Rückgängig', forget: 'Verwerfen' },
  welcome: {
    step: (step: number, all: number) => `Schritt ${step} von ${all}`,
    next: 'Weiter',
    back: 'Zurück',
    skip: 'Alles überspringen',
    name: {
      title: 'Willkommen. Wie heißt dieses Gerät?',
      help: 'Deine anderen Geräte zeigen diesen Namen. Du kannst ihn jederzeit ändern.',
      label: 'Name dieses Geräts',
    },
    folder: {
      title: 'Wo sollen Dateien landen?',
      help: 'Was andere Geräte dir senden, kommt hierher, sobald du Ja gesagt hast.',
      label: 'Download-Ordner',
      labelHelp: 'Der ganze Pfad eines Ordners auf diesem Computer.',
    },
    visible: {
      title: 'Dürfen andere in der Nähe dieses Gerät sehen?',
      help: 'Sehen heißt noch nicht erreichen: Nichts geht hin und her, bevor die beiden gekoppelt sind.',
    },
    pair: {
      title: 'Koppele dein erstes Gerät',
      help: 'Öffne Gangway auch auf dem anderen Gerät. Eines der beiden zeigt fünf Wörter, am anderen gibst du sie ein, einmal.',
      show: 'Wörter hier zeigen',
      type: 'Wörter hier eingeben',
      later: 'Später',
    },
  },
  link: {
    lost: 'Verbindung zu Gangway verloren.',
    retryIn: (seconds: number) => `Neuer Versuch in ${seconds} s`,
    retrying: 'Neuer Versuch läuft',
    tryNow: 'Jetzt versuchen',
  },
  refused: {
    title: 'Öffne Gangway mit seinem Link',
    what: 'Diese Seite kennt dich nicht. Gangway zeigt sich nur dem, der es gestartet hat.',
    steps: [
      'Such das Terminal, in dem Gangway läuft, oder starte es dort:',
      'Öffne den Link, der dort steht. Jeder Start gibt einen neuen aus.',
    ],
    command: 'gangway serve',
    password: {
      title: 'Öffne Gangway mit seinem Passwort',
      label: 'Passwort',
      help: 'Das, mit dem dieses Gangway gestartet wurde. Wer es gestartet hat, kennt es.',
      open: 'Öffnen',
    },
  },
  broken: {
    title: 'Diese Ansicht funktioniert nicht mehr',
    help: 'Nichts, was du gesendet oder empfangen hast, ist verloren. Lade neu, um weiterzumachen.',
    reload: 'Neu laden',
  },
}
