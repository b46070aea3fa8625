import { faultSentence } from '#shared/faults-de.ts'
import { grammarOf } from '#shared/grammar.ts'
import { isolated } from '#shared/languages.ts'
import { sizesOf } from '#shared/sizes.ts'
import type { Words } from './words.ts'

const { plural, percent } = grammarOf('de')
const sizes = sizesOf('de')
const filesOf = (files: number) =>
  plural(files, { one: 'Eine Datei', other: (n) => `${n} Dateien` })

export const de: Words = {
  app: 'Gangway',
  fault: ({ code, details }) => faultSentence(code, details),
  menu: {
    about: 'Über Gangway',
    services: 'Dienste',
    hide: 'Gangway ausblenden',
    hideOthers: 'Andere ausblenden',
    unhide: 'Alle einblenden',
    quit: 'Gangway beenden',
    file: 'Datei',
    edit: 'Bearbeiten',
    undo: 'Rückgängig',
    redo: 'Wiederholen',
    cut: 'Ausschneiden',
    copy: 'Kopieren',
    paste: 'Einfügen',
    delete: 'Löschen',
    selectAll: 'Alles auswählen',
    window: 'Fenster',
    minimize: 'Minimieren',
    zoom: 'Zoomen',
    front: 'Alle nach vorne bringen',
    close: 'Schließen',
  },
  tray: {
    open: 'Gangway öffnen',
    quit: 'Gangway beenden',
    nobody: 'Noch ist kein Gerät gekoppelt',
    quiet: 'Nichts ist unterwegs',
    more: (amount) => `und ${amount} mehr`,
    presence: { here: 'da', connecting: 'verbindet sich', away: 'nicht da' },
    device: (name, presence) => `${isolated(name)}: ${presence}`,
    sending: (name, far) => `An ${isolated(name)}: ${far}`,
    receiving: (name, far) => `Von ${isolated(name)}: ${far}`,
    percent,
    counting: 'wird gezählt',
    hover: (running) =>
      running === 0
        ? 'Gangway'
        : `Gangway: ${plural(running, { one: 'eine Übertragung', other: (n) => `${n} Übertragungen` })}`,
  },
  notices: {
    offer: (name) => `${isolated(name)} möchte dir etwas senden`,
    offerHolds: (files, bytes) => `${filesOf(files)}, ${sizes.words(bytes)}`,
    accept: 'Annehmen',
    decline: 'Ablehnen',
    arrived: (name) => `Alles von ${isolated(name)} ist da`,
    arrivedHolds: (files) => `${filesOf(files)}, geprüft und an ihrem Platz`,
    openFolder: 'Ordner öffnen',
    sent: (name) => `Alles ist auf ${isolated(name)} angekommen`,
    failed: (name) => `Eine Übertragung mit ${isolated(name)} kam nicht durch`,
    failedHelp: 'Öffne Gangway, um zu sehen, warum und was zu tun ist.',
    pairing: 'Ein Gerät möchte sich mit diesem koppeln',
    pairingHelp: 'Sieh in Gangway nach, wer es ist, bevor du zustimmst.',
    text: (name) => `${isolated(name)} hat dir einen Text gesendet`,
    textHelp: 'Öffne Gangway, um ihn zu lesen.',
  },
  told: {
    staying: {
      title: 'Gangway läuft weiter',
      body: 'Damit Dateien ankommen können. Sein Symbol öffnet es wieder und beendet es.',
    },
    newer: {
      title: 'Es gibt ein neueres Gangway',
      body: 'Hol es dir auf dem Weg, auf dem du dieses bekommen hast.',
    },
  },
  parting: {
    title: (running) =>
      plural(running, {
        one: 'Eine Übertragung läuft',
        other: (n) => `${n} Übertragungen laufen`,
      }),
    help: 'Wenn du jetzt beendest, hält sie an, wo sie ist. Nichts geht verloren: Sie geht dort weiter, sobald Gangway wieder läuft.',
    quit: 'Beenden',
    stay: 'Weiterlaufen lassen',
  },
  autostart: 'Koppelt Laptops mit fünf Wörtern und bewegt Dateien zwischen ihnen',
}
