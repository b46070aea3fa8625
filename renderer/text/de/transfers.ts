import type { Catalogue } from '../catalogue.ts'
import { isolated } from '#shared/languages.ts'
import { count, plural } from './grammar.ts'

const filesWords = (amount: number) =>
  plural(amount, { one: 'Eine Datei', other: (n) => `${n} Dateien` })

const others = (amount: number) =>
  plural(amount, { one: 'eine weitere', other: (n) => `${n} weitere` })

export const transfers: Catalogue['transfers'] = {
  files: filesWords,
  more: (first: string, amount: number) => `${isolated(first)} und ${others(amount)}`,
  nameless: 'Dateien',
  drop: {
    title: 'Dateien oder Ordner hierher ziehen',
    over: (name: string) => `Loslassen, um an ${isolated(name)} zu senden`,
    ways: {
      lan: (name: string) => `Sie gehen an ${isolated(name)}, geradewegs durch dein Netzwerk.`,
      direct: (name: string) => `Sie gehen an ${isolated(name)}, direkt und versiegelt.`,
      relay: (name: string) => `Sie gehen über ein Relay an ${isolated(name)}, versiegelt.`,
      none: (name: string) => `Sie warten hier und gehen los, sobald ${isolated(name)} da ist.`,
    },
    files: 'Dateien wählen',
    folder: 'Ordner wählen',
    bare: 'Leere Ordner darin bleiben weg; zieh den Ordner hierher, um auch sie zu senden.',
    empty: 'Darin gibt es nichts zu senden.',
    notSent: 'Nicht gesendet.',
    placeless:
      'Wo das liegt, ist nicht bekannt. Speichere es zuerst in einem Ordner, und zieh es von dort.',
  },
  copying: {
    listing: (files: number) =>
      plural(files, {
        one: 'Wird durchgesehen: bisher eine Datei',
        other: (n) => `Wird durchgesehen: bisher ${n} Dateien`,
      }),
    title: 'Wird in Gangway kopiert',
    why: 'Ein Browser verrät nicht, wo Dateien liegen, darum werden sie zuerst kopiert. Die App sendet sie von ihrem Platz.',
    of: (done: number, all: number) => `${count(done)} von ${count(all)} Dateien`,
    handing: 'Kopiert. Wird übergeben',
    cancel: 'Abbrechen',
    again: 'Noch einmal versuchen',
    forget: 'Verwerfen',
  },
  now: {
    title: 'Jetzt',
    all: (amount: number) => `${count(amount)} weitere zeigen`,
    unknown: 'Die Übertragungen lassen sich nicht anzeigen',
  },
  state: {
    waitingFor: (name: string) =>
      `Wartet auf ${isolated(name)}. Es geht los, wenn das Gerät da ist.`,
    waitingToCome: (name: string) =>
      `Wartet auf ${isolated(name)}. Es kommt, wenn das Gerät da ist.`,
    asked: (name: string) => `Wartet auf ein Ja auf ${isolated(name)}`,
    asksYou: 'Wartet auf deine Antwort',
    next: 'Beginnt gleich',
    inLine: 'Wartet, bis es an der Reihe ist',
    counting: 'zählt noch',
    pausedByMe: 'Von dir angehalten',
    pausedByPeer: (name: string) => `Auf ${isolated(name)} angehalten`,
    finishing: 'Prüft die letzten Dateien und legt sie an ihren Platz',
    cancelledByMe: 'Von dir abgebrochen',
    cancelledByPeer: (name: string) => `Auf ${isolated(name)} abgebrochen`,
    declinedByMe: 'Von dir abgelehnt',
  },
  of: (done: string, all: string) => `${done} von ${all}`,
  filesOf: (done: number, all: number) => `${count(done)} von ${count(all)} Dateien`,
  rate: (amount: string) => `${amount}/s`,
  left: (time: string) => `noch ${time}`,
  lanes: { lan: 'LAN', direct: 'Direkt', relay: 'Relay', internet: 'Internet' },
  direction: {
    from: (name: string) => `von ${isolated(name)}`,
    to: (name: string) => `an ${isolated(name)}`,
  },
  progress: (name: string) => `Fortschritt von ${isolated(name)}`,
  speed: 'Geschwindigkeit der letzten Minute',
  line: {
    sending: (amount: number) => `Sendet ${count(amount)}`,
    receiving: (amount: number) => `Empfängt ${count(amount)}`,
    asks: 'Möchte etwas senden',
    asked: 'Wartet dort auf ein Ja',
    paused: (amount: number) => `${count(amount)} angehalten`,
    waiting: (amount: number) =>
      `${count(amount)} ${plural(amount, { one: 'wartet', other: () => 'warten' })}`,
  },
  actions: {
    pause: 'Anhalten',
    resume: 'Fortsetzen',
    cancel: 'Abbrechen',
    retry: 'Noch einmal',
    sendAgain: 'Noch einmal senden',
    answer: 'Antworten',
    up: 'Nach oben',
    down: 'Nach unten',
    details: 'Dateien zeigen',
    hide: 'Dateien ausblenden',
    of: (verb: string, name: string) => `${verb}: ${name}`,
  },
  detail: {
    title: (name: string) => `Dateien von ${isolated(name)}`,
    none: 'Jede Datei steht hier, sobald sie fertig ist.',
    loading: 'Dateien werden geladen',
    moving: 'Gerade unterwegs',
    waiting: (amount: number) =>
      amount === 1 ? 'Eine weitere Datei wartet' : `${count(amount)} weitere Dateien warten`,
    skipped: (amount: number) => `${count(amount)} ausgelassen`,
    failed: (amount: number) => `${count(amount)} fehlgeschlagen`,
    states: { landed: 'Angekommen und geprüft', skipped: 'Ausgelassen', failed: 'Fehlgeschlagen' },
    reasons: {
      changed: 'sie änderte sich ständig',
      vanished: 'sie war weg',
      unreadable: 'sie ließ sich nicht lesen',
      link: 'sie ist eine Verknüpfung',
      special: 'sie ist keine gewöhnliche Datei',
      name: 'ihr Name lässt sich nicht behalten',
      skipped: 'absichtlich ausgelassen',
      corrupt: 'sie kam beschädigt an',
      unwritable: 'sie ließ sich nicht schreiben',
      exists: 'eine Datei dieses Namens gibt es schon',
      extra: 'sie war nicht vereinbart',
      deep: 'zu viele Ordner in Ordnern',
    },
    receipt: 'Beleg',
    receiptOf: (path: string) => `Beleg für ${isolated(path)}`,
    receiptHelp: 'Der BLAKE3-Hash des Inhalts, wie b3sum ihn ausgibt. Hier und dort derselbe.',
    copy: 'Kopieren',
    hideReceipt: 'Beleg ausblenden',
    close: 'Schließen',
  },
  earlier: {
    title: 'Früher',
    all: 'Alles zeigen',
    verified: 'angekommen und geprüft',
    arrivedHere: 'geprüft',
    skipped: (amount: number) =>
      plural(amount, { one: 'eine wurde ausgelassen', other: (n) => `${n} wurden ausgelassen` }),
    failedFiles: (amount: number) =>
      plural(amount, { one: 'eine kam nicht an', other: (n) => `${n} kamen nicht an` }),
    inFolder: (folder: string) => `in ${isolated(folder)}`,
  },
  received: {
    show: 'Im Ordner zeigen',
    file: 'Zeigen',
  },
  opened: {
    title: 'Wähle ein Gerät',
    fact: (things: number) =>
      plural(things, {
        one: 'Etwas wurde mit Gangway geöffnet. Nichts wird gesendet, bevor du wählst.',
        other: (n) =>
          `${n} Dinge wurden mit Gangway geöffnet. Nichts wird gesendet, bevor du wählst.`,
      }),
    what: 'Was gesendet würde',
    more: (amount: number) =>
      plural(amount, { one: 'und eines mehr', other: (n) => `und ${n} mehr` }),
    where: 'Wohin',
    send: 'Senden',
    sendTo: (name: string) => `An ${isolated(name)} senden`,
    nobody: 'Noch kein Gerät',
    nobodyHelp: 'Kopple zuerst ein Gerät und öffne diese Dateien dann noch einmal.',
    cancel: 'Nicht senden',
    nothing:
      'Hier gibt es nichts zu senden. Öffne Dateien mit Gangway oder zieh sie auf ein Gerät.',
  },
  history: {
    open: 'Verlauf',
    title: 'Verlauf',
    fact: 'Alles, was gesendet und empfangen wurde, bis du ihn leerst.',
    search: 'Nach Name oder Gerät suchen',
    none: 'Noch nichts',
    noneHelp: 'Was du sendest und empfängst, wird hier notiert, mit einem Beleg für jede Datei.',
    notFound: (typed: string) => `Nichts passt zu „${isolated(typed)}“`,
    notFoundHelp: 'Versuch einen Teil des Namens oder den Namen eines Geräts.',
    failed: 'Der Verlauf lässt sich nicht anzeigen',
    retry: 'Noch einmal versuchen',
    found: (amount: number) =>
      plural(amount, { one: 'Eine Übertragung', other: (n) => `${n} Übertragungen` }),
    clear: 'Verlauf leeren',
    forget: 'Aus dem Verlauf entfernen',
    forgotten: (name: string) =>
      `${isolated(name)} wurde aus dem Verlauf entfernt. Dateien bleiben, wo sie sind.`,
    cleared: 'Der Verlauf wurde geleert. Dateien bleiben, wo sie sind.',
  },
  offer: {
    one: (name: string) => `${isolated(name)} möchte dir eine Datei senden`,
    folder: (name: string) => `${isolated(name)} möchte dir einen Ordner senden`,
    many: (name: string, amount: number) =>
      `${isolated(name)} möchte dir ${count(amount)} Dinge senden`,
    windowTitle: (name: string) => `${name} möchte dir etwas senden · Gangway`,
    body: (what: string, size: string) => `${what}, ${size}`,
    paired: (time: string) => `Gekoppelt ${time}`,
    atLeast: (size: string) => `bisher ${size}`,
    savesTo: 'Kommt nach',
    free: (amount: string) => `${amount} frei`,
    tight: (amount: string) => `Nur ${amount} frei: Das passt nicht`,
    change: 'Ändern',
    folderLabel: 'Ordner auf diesem Computer',
    folderHelp: 'Der ganze Pfad. Er wird angelegt, wenn es ihn nicht gibt.',
    folderEmpty: 'Gib den ganzen Pfad eines Ordners ein, oder bleib beim üblichen.',
    usual: 'Beim üblichen Ordner bleiben',
    skip: 'Dateien auslassen, deren Namen es schon gibt (sonst bleiben beide)',
    always: (name: string) => `Von ${isolated(name)} immer annehmen`,
    accept: 'Annehmen',
    decline: 'Ablehnen',
    later: 'Später',
    more: (amount: number) =>
      plural(amount, {
        one: 'und eine weitere Anfrage',
        other: (n) => `und ${n} weitere Anfragen`,
      }),
    left: (time: string) => `Das Angebot endet in ${time}.`,
  },
  announced: {
    sending: (name: string, device: string) => `${name} wird an ${isolated(device)} gesendet.`,
    receiving: (name: string, device: string) => `${name} von ${isolated(device)} wird empfangen.`,
    sent: (name: string, device: string) => `${name} ist auf ${isolated(device)} angekommen.`,
    received: (name: string, device: string) => `${name} von ${isolated(device)} ist da.`,
    failed: (name: string) => `${name} ist nicht durchgekommen.`,
    many: (amount: number, what: string) => `${count(amount)} Übertragungen ${what}.`,
    started: 'haben begonnen',
    finished: 'sind fertig',
    broke: 'sind fehlgeschlagen',
  },
}
