import type { Catalogue } from '../catalogue.ts'
import { isolated } from '#shared/languages.ts'
import { plural } from './grammar.ts'

export const paired: Catalogue['paired'] = {
  presence: {
    connected: 'Verbunden',
    idle: 'Bereit',
    connecting: 'Verbindet …',
    waiting: 'Noch nicht erreicht',
    away: 'Nicht da',
    closed: 'Gangway ist dort geschlossen',
    lost: 'Verbindung verloren',
    blockedHere: 'Von dir blockiert',
    blockedThere: 'Hat dieses Gerät blockiert',
    removedThere: 'Hat die Kopplung beendet',
    elsewhere: 'Nicht im selben privaten Netz',
    lastSeen: (time: string) => `zuletzt ${time}`,
  },
  badges: {
    connecting: 'Verbindet',
    away: 'Nicht da',
    blocked: 'Blockiert',
    removed: 'Dort entfernt',
  },
  paths: { lan: 'LAN', direct: 'Direkt', relay: 'Relay' },
  pathsLong: {
    lan: 'In diesem Netzwerk verbunden',
    direct: 'Direkt verbunden, über Netzwerke hinweg',
    relay: 'Über ein Relay verbunden, von Ende zu Ende versiegelt',
  },
  rtt: (milliseconds: string) => `${milliseconds} ms`,
  texts: (amount: number) => plural(amount, { one: 'Ein Text', other: (n) => `${n} Texte` }),
  trustFact: {
    trusted: 'Dateien kommen ohne Nachfrage an',
    known: 'Bei Dateien wird gefragt',
    observer: 'Sendet nichts hierher',
    blocked: 'Blockiert',
  },
  free: (amount: string) => `${amount} frei`,
  trouble: {
    removedTitle: (name: string) => `${isolated(name)} hat die Kopplung beendet`,
    removed:
      'Jemand hat dieses Gerät dort entfernt, es geht also nichts mehr hin und her. Koppele die beiden neu, oder entferne es auch hier.',
    blockedThereTitle: (name: string) => `${isolated(name)} hat dieses Gerät blockiert`,
    blockedThere: 'Es geht nichts hin und her, bis jemand dieses Gerät dort wieder zulässt.',
    blockedTitle: (name: string) => `Du hast ${isolated(name)} blockiert`,
    blocked:
      'Es kann sich nicht verbinden und erfährt nichts. Was du schon von ihm hast, bleibt hier.',
    elsewhereTitle: (name: string) => `${isolated(name)} antwortet, aber nicht diesem Gerät`,
    elsewhere:
      'Eines der beiden gehört zu einem privaten Netz, das andere nicht. Lass das andere in den Einstellungen mit dem Netzschlüssel beitreten. Gehört keines zu einem, bring Gangway auf beiden auf den neuesten Stand.',
    lostTitle: (name: string) => `Die Verbindung zu ${isolated(name)} ging verloren`,
    lost: 'Was angekommen ist, ist sicher. Alles andere geht von selbst weiter, sobald die beiden sich wieder erreichen.',
    awayTitle: (name: string) => `${isolated(name)} ist nicht da`,
    away: 'Es schläft, ist ausgeschaltet oder nicht erreichbar. Sobald es zurück ist, verbinden sich die beiden von selbst.',
    awayLanOnly:
      'Es schläft, ist ausgeschaltet oder in einem anderen Netzwerk. „Nur dieses Netzwerk“ ist hier an, anderswo ist es also nicht erreichbar.',
    closedTitle: (name: string) => `Auf ${isolated(name)} ist Gangway geschlossen`,
    closed: 'Öffne es dort, und die beiden verbinden sich von selbst.',
    pairAgain: 'Neu koppeln',
    unblock: 'Zulassen',
  },
  status: {
    title: 'Wie es ihm geht',
    age: (time: string) => `Stand: ${time}`,
    none: 'Es hat noch nichts mitgeteilt',
    noneHelp: 'Freier Speicher, Strom und mehr erscheinen hier, sobald es sich verbunden hat.',
    free: 'Freier Speicher',
    power: 'Strom',
    powers: { battery: 'Akku', mains: 'Netz', unknown: 'Unbekannt' },
    uptime: 'Läuft seit',
    version: 'Version',
    unknown: 'Unbekannt',
  },
  trust: {
    title: 'Was es darf',
    levels: {
      trusted: 'Vertraut',
      known: 'Bekannt',
      observer: 'Beobachter',
      blocked: 'Blockiert',
    },
    helps: {
      trusted: 'Seine Dateien kommen ohne Nachfrage an. Für deine eigenen Geräte.',
      known: 'Es darf senden, und du wirst jedes Mal vorher gefragt.',
      observer: 'Es sieht, ob dieses Gerät da ist und wie es ihm geht, und darf nichts senden.',
      blocked: 'Es kann sich nicht verbinden und erfährt nichts. Seine Verbindungen enden sofort.',
    },
  },
  rename: {
    label: (name: string) => `Dein Name für ${isolated(name)}`,
    own: (name: string) => `Es nennt sich ${isolated(name)}`,
    hint: 'Nur du siehst diesen Namen. Lass ihn leer, um den eigenen Namen des Geräts zu nehmen.',
  },
  note: {
    title: 'Notiz',
    none: 'Nichts notiert. Nur du siehst, was du hier schreibst.',
    add: 'Notiz hinzufügen',
    edit: 'Bearbeiten',
    editLabel: 'Notiz bearbeiten',
    label: 'Notiz',
    save: 'Speichern',
    cancel: 'Abbrechen',
  },
  identity: {
    fingerprint: 'Fingerabdruck',
    fingerprintHelp: 'Dieselben Wörter stehen auf dem Gerät selbst, unter Identität.',
    fingerprintOwn: 'Andere sehen dieselben Wörter, wenn sie mit diesem Gerät koppeln.',
    pairedSince: (time: string) => `Gekoppelt seit ${time}`,
    copyId: 'ID kopieren',
    copyDid: 'DID kopieren',
  },
  reached: {
    none: 'Nicht verbunden',
    noneHelp:
      'Versucht werden die Adressen unten und jeder Ort, an dem es im Netzwerk zu hören ist.',
    title: 'Wie es erreichbar ist',
  },
  send: {
    open: 'Text senden',
    title: (name: string) => `Text an ${isolated(name)} senden`,
    label: 'Text oder Link',
    placeholder: 'Ein Text oder ein Link. Er erscheint dort mit einem Knopf zum Kopieren.',
    send: 'Senden',
    again: 'Noch einmal senden',
    close: 'Schließen',
    sending: 'Wird gesendet',
    delivered: (time: string) => `Zugestellt ${time}`,
    empty: 'Schreib zuerst etwas.',
    tooLong: (over: number) =>
      plural(over, { one: 'Um ein Zeichen zu lang.', other: (n) => `Um ${n} Zeichen zu lang.` }),
    failed: 'Nicht zugestellt.',
    keys: 'Strg oder ⌘ mit Eingabe sendet ihn',
  },
  remove: {
    title: (name: string) => `${isolated(name)} entfernen`,
    help: 'Beendet die Kopplung auf beiden Geräten, sofort.',
    open: 'Entfernen',
    openLabel: (name: string) => `${isolated(name)} entfernen …`,
    ask: (name: string) => `Die Kopplung mit ${isolated(name)} jetzt beenden?`,
    consequence: (name: string) =>
      `Die Verbindung endet binnen einer Sekunde, und ${isolated(name)} erfährt davon. Empfangene Dateien bleiben. Rückgängig machen geht nicht: Um zurückzukehren, koppelst du die beiden neu.`,
    confirm: (name: string) => `${isolated(name)} entfernen`,
    keep: 'Behalten',
    removed: (name: string) => `${isolated(name)} wurde entfernt.`,
  },
}

export const texts: Catalogue['texts'] = {
  title: 'Texte',
  from: (name: string) => `Text von ${isolated(name)}`,
  more: (amount: number) =>
    plural(amount, { one: 'und ein weiterer', other: (n) => `und ${n} weitere` }),
  copy: 'Kopieren',
  open: 'Link öffnen',
  dismiss: 'Verwerfen',
  dismissed: 'Der Text wurde verworfen.',
  all: 'Alles zeigen',
  less: 'Weniger zeigen',
  show: 'Anzeigen',
  label: (from: string, time: string) => `Text von ${isolated(from)}, ${time}`,
}
