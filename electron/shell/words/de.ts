import { formatBytes } from '#shared/formatting.ts'
import { isolated } from '#shared/languages.ts'
import type { Words } from './words.ts'

const filesOf = (files: number) => (files === 1 ? 'Eine Datei' : `${files} Dateien`)

export const de: Words = {
  app: 'Gangway',
  tray: {
    open: 'Gangway öffnen',
    quit: 'Gangway beenden',
    nobody: 'Noch ist kein Gerät gekoppelt',
    quiet: 'Nichts ist unterwegs',
    more: (amount) => `und ${amount} mehr`,
    presence: { here: 'da', connecting: 'verbindet sich', away: 'weg' },
    device: (name, presence) => `${isolated(name)}: ${presence}`,
    sending: (name, percent) => `An ${isolated(name)}: ${percent}`,
    receiving: (name, percent) => `Von ${isolated(name)}: ${percent}`,
    counting: 'wird gezählt',
    hover: (running) =>
      running === 0
        ? 'Gangway'
        : `Gangway: ${running === 1 ? 'eine Übertragung' : `${running} Übertragungen`}`,
  },
  notices: {
    offer: (name) => `${isolated(name)} möchte dir etwas senden`,
    offerHolds: (files, bytes) => `${filesOf(files)}, ${formatBytes(bytes).replace('.', ',')}`,
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
      running === 1 ? 'Eine Übertragung läuft' : `${running} Übertragungen laufen`,
    help: 'Wenn du jetzt beendest, hält sie an, wo sie ist. Nichts geht verloren: Sie geht dort weiter, sobald Gangway wieder läuft.',
    quit: 'Beenden',
    stay: 'Weiterlaufen lassen',
  },
  autostart: 'Koppelt Laptops mit fünf Wörtern und bewegt Dateien zwischen ihnen',
}
