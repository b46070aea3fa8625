import { filled, type FaultCode, type FaultDetails } from './faults.ts'

/**
 * What happened, then what to do: as in shared/faults.ts, and like there the first sentence is what
 * happened. Details that are words of the program (`problem`) are left out, for they are English.
 */
const sentences: Readonly<Record<FaultCode, string>> = {
  internal:
    'In Gangway ist etwas schiefgegangen. Versuch es noch einmal; wenn es bleibt, starte Gangway neu und sieh in seinem Protokoll nach.',
  'input.invalid':
    'Damit kann Gangway nichts anfangen. Prüf die Eingabe und versuch es noch einmal.',
  'usage.invalid': 'So versteht Gangway den Befehl nicht. `gangway help` zeigt, was möglich ist.',
  'deadline.passed':
    'Keine Antwort innerhalb von {seconds} s. Prüf, ob die andere Seite wach ist, und versuch es noch einmal.',
  'profile.busy':
    'Gangway läuft mit diesem Profil schon ({folder}). Nimm das offene Fenster, oder wähle mit --data-dir ein anderes Profil.',
  'profile.unwritable':
    'Gangway kann in {folder} nicht schreiben. Gib diesem Benutzer das Recht dazu, oder wähle mit --data-dir ein anderes Profil.',
  'disk.full':
    'Der Datenträger mit {folder} ist voll. Schaff etwas Platz und versuch es noch einmal.',
  'key.locked':
    'Der Schlüssel dieses Geräts ließ sich nicht entsperren. Er öffnet sich nur so, wie er gemacht wurde: mit derselben GANGWAY_PASSPHRASE (oder ohne, wenn er ohne gemacht wurde), oder mit entsperrtem Schlüsselbund dieses Computers. Bring das in Ordnung und starte Gangway neu.',
  'key.damaged':
    'Der Schlüssel dieses Geräts ist beschädigt ({file}). Hol ihn aus einer Sicherung zurück, oder verschieb die Datei, um als neues Gerät zu beginnen.',
  'store.damaged':
    'Die gespeicherten Daten dieses Profils waren beschädigt. Sie wurden als {file} beiseitegelegt, und Gangway hat mit demselben Geräteschlüssel neu begonnen.',
  'endpoint.unavailable':
    'Gangway konnte keinen Netzwerk-Port öffnen. Prüf, ob ein Netzwerk verbunden ist und kein anderes Programm den Port belegt, und versuch es noch einmal.',
  'peer.unreachable':
    'Das andere Gerät ist nicht erreichbar. Prüf, ob es wach ist, ob Gangway dort läuft und ob es in einem Netzwerk ist.',
  'peer.closed':
    'Das andere Gerät hat die Verbindung geschlossen. Gangway macht weiter, sobald es zurück ist.',
  'protocol.unknown':
    'Das andere Gerät kann das nicht. Aktualisiere Gangway auf beiden Geräten und versuch es noch einmal.',
  'peer.refused': 'Das andere Gerät lässt dieses nicht herein. Koppele die beiden Geräte zuerst.',
  'peer.busy':
    'Das andere Gerät ist mit zu vielen Anfragen dieses Geräts beschäftigt. Warte einen Moment und versuch es noch einmal.',
  'frame.oversize':
    'Die andere Seite hat mehr gesendet, als hier erlaubt ist, darum wurde die Verbindung geschlossen. Aktualisiere Gangway auf beiden Geräten.',
  'frame.malformed':
    'Die andere Seite hat etwas gesendet, das Gangway nicht versteht, darum wurde die Verbindung geschlossen. Aktualisiere Gangway auf beiden Geräten.',
  'core.closing': 'Gangway wird gerade geschlossen. Starte es wieder, um weiterzumachen.',
  'host.lost':
    'Die Verbindung zu Gangway auf diesem Computer ging verloren. Es wird von selbst neu versucht.',
  'discovery.unavailable':
    'Gangway kann in diesem Netzwerk nicht nach Geräten hören. Geräte mit bekannter Adresse funktionieren weiter; erlaube Multicast (UDP 5353) in der Firewall, um die anderen zu sehen.',
  'host.exposed':
    'Gangway zeigt seine Seite nur diesem Computer. Um sie anderen unter {host} zu öffnen, fehlt noch {missing}, und TLS davor; ein Tunnel wie ssh -L braucht beides nicht.',
  'switch.refused':
    'Gangway startet nicht mit {switch}, weil das eine Wand einreißt, die dich schützt. Starte es ohne.',
  'window.crashed':
    'Das Fenster von Gangway ist zweimal in einer Minute abgestürzt. Übertragungen sind sicher. Starte Gangway neu; wenn es bleibt, sieh in seinem Protokoll nach.',
  'pairing.failed':
    'Das Koppeln hat nicht geklappt. Zeig auf einem Gerät neue Wörter und gib sie auf dem anderen ein.',
  'pairing.mismatch':
    'Die Wörter auf den beiden Geräten sind nicht dieselben. Prüf sie eines nach dem anderen und versuch es noch einmal.',
  'pairing.itself': 'Diese Wörter gehören zu diesem Gerät. Gib sie auf dem anderen ein.',
  'pairing.version':
    'Die beiden Geräte koppeln auf verschiedene Weise. Aktualisiere Gangway auf beiden und versuch es noch einmal.',
  'session.unproved':
    'Die andere Seite konnte nicht beweisen, dass sie das gekoppelte Gerät ist, darum wurde die Verbindung geschlossen. Wenn das bleibt, entferne das Gerät auf beiden Seiten und koppele neu.',
  'store.restored':
    'Die gespeicherten Daten dieses Profils waren beschädigt und wurden aus ihrer Sicherheitskopie zurückgeholt. Es fehlt nichts; wenn es wiederkommt, prüf den Datenträger dieses Computers.',
  'store.incomplete':
    'Ein Teil der gespeicherten Daten dieses Profils war beschädigt. Alles andere blieb erhalten; sieh die Einstellungen und die gekoppelten Geräte durch und trag nach, was fehlt.',
  'device.unknown':
    'Ein gekoppeltes Gerät mit diesem Namen oder dieser ID gibt es nicht. Sieh in der Liste deiner Geräte nach.',
  'peer.removed':
    'Das andere Gerät hat die Kopplung beendet. Entferne es auch hier, oder koppele die beiden neu.',
  'pairing.nobody':
    'Niemand wurde gefunden, der diese Wörter zeigt. Prüf die ersten beiden, und ob das andere Gerät sie noch zeigt; im selben Netzwerk kannst du auch seine Adresse eingeben.',
  'pairing.expired': 'Diese Wörter sind abgelaufen: Sie gelten fünf Minuten. Zeig neue.',
  'pairing.spent':
    'Das andere Gerät nimmt das nicht mehr an: Es wurde schon benutzt, zurückgezogen oder ist abgelaufen. Bitte um neue Wörter, einen neuen Link oder eine neue Datei.',
  'pairing.guessed':
    'Dreimal hat jemand andere Wörter als diese versucht, darum wurden sie zurückgezogen; niemand kam herein. Zeig neue, oder gib stattdessen den Link weiter.',
  'pairing.tries':
    'Drei Versuche mit diesen ersten beiden Wörtern sind gescheitert, einen vierten gibt es nicht. Zeig auf dem anderen Gerät neue Wörter.',
  'pairing.declined':
    'Am anderen Gerät hat niemand Ja gesagt, darum wurde nichts gekoppelt. Zeig neue Wörter und nimm auf beiden Geräten an.',
  'pairing.unanswered':
    'Die Frage auf diesem Gerät wurde nicht innerhalb einer Minute beantwortet, darum wurde nichts gekoppelt. Zeig neue Wörter und nimm auf beiden Geräten an.',
  'pairing.replaced':
    'Diese Kopplung wurde aus einem anderen Fenster dieses Geräts beendet oder durch eine neue ersetzt. Mach dort weiter, oder beginn von vorn.',
  'pairing.password':
    'Diese Datei öffnet sich nicht mit diesem Passwort. Prüf das Passwort Wort für Wort, und ob es zu dieser Datei gehört.',
  'message.unknown':
    'Das andere Gerät versteht das noch nicht. Aktualisiere Gangway auf beiden Geräten und versuch es noch einmal.',
  'message.refused':
    'Das andere Gerät nimmt das von diesem nicht an. Wem es gehört, kann es erlauben und dort ändern, wie sehr diesem Gerät vertraut wird.',
  'message.outdated':
    'Was gesendet wurde, ist zu alt oder kam in falscher Reihenfolge, darum wurde ihm nicht geglaubt. Prüf, ob die Uhren beider Geräte richtig gehen.',
  'transfer.laneLost':
    'Die Verbindung, über die eine Übertragung läuft, ist abgerissen. Es geht von selbst weiter, von da, wo es war, sobald sich die beiden Geräte erreichen.',
  'pairing.unwanted':
    'Du hast das andere Gerät nicht angenommen, darum wurde nichts gekoppelt. Zeig neue Wörter, um es noch einmal zu versuchen.',
  'transfer.destinationGone':
    'Den Ordner {folder} gibt es nicht mehr. Schließ den Datenträger wieder an oder wähle einen anderen Ordner; was angekommen ist, bleibt, und die Übertragung geht von dort weiter.',
  'transfer.destinationUnwritable':
    'Gangway kann in {folder} nicht schreiben. Gib diesem Benutzer das Recht dazu, oder wähle einen anderen Ordner; dann geht die Übertragung weiter.',
  'transfer.unknown': 'Diese Übertragung gibt es nicht. Sieh unter „Jetzt“ und im Verlauf nach.',
  'transfer.duplicate':
    'Das andere Gerät hat dieselbe Übertragung zweimal angeboten, darum wurde die Verbindung geschlossen. Aktualisiere Gangway auf beiden Geräten.',
  'transfer.notNow':
    'Das geht mit dieser Übertragung nicht, so wie sie gerade steht. Sieh nach, wie es um sie steht.',
  'transfer.blocked':
    'Dieses Gerät ist hier blockiert, darum geht nichts zu ihm und nichts kommt von ihm. Ändere zuerst, was es darf.',
  'transfer.sourceGone':
    'Unter {path} gibt es nichts zu senden. Prüf den Pfad und versuch es noch einmal.',
  'transfer.notThere':
    'Was damals gesendet wurde, ist nicht mehr an seinem Platz. Wähle es noch einmal und sende es.',
  'transfer.declined':
    'Die Person am anderen Gerät hat Nein gesagt. Frag sie, dann sende es noch einmal.',
  'transfer.unanswered':
    'Am anderen Gerät hat eine Stunde lang niemand geantwortet. Sende es noch einmal, wenn jemand da ist, oder lass es diesem Gerät vertrauen.',
  'transfer.incomplete':
    'Einige Dateien ({count}) kamen nicht an, alle anderen schon. Sieh nach, was bei jeder steht, und versuch es noch einmal: Nur diese werden neu gesendet.',
  'transfer.failed':
    'Das andere Gerät konnte mit dieser Übertragung nicht weitermachen. Sieh dort nach dem Grund, und versuch es noch einmal.',
  'transfer.cancelled':
    'Die Übertragung wurde abgebrochen. Was bis dahin angekommen ist, bleibt; sende es noch einmal, um weiterzumachen.',
  'transfer.crashed':
    'Der Teil von Gangway, der Dateien bewegt, ist abgestürzt. Versuch es noch einmal: Was angekommen ist, wird nicht neu gesendet; wenn es bleibt, sieh im Protokoll nach.',
  'network.key':
    'Das ist kein Netzschlüssel. Kopiere ihn noch einmal ganz von einem Gerät des privaten Netzes: Er beginnt mit gwnet1 und hat 64 Zeichen.',
  'network.member':
    'Dieses Gerät gehört schon zu einem privaten Netz ({fingerprint}). Verlass zuerst dieses.',
  'network.none':
    'Dieses Gerät gehört zu keinem privaten Netz. Lege eines an, oder tritt einem mit seinem Netzschlüssel bei.',
  'network.given':
    'Der Netzschlüssel wurde für diesen Lauf mit GANGWAY_NETWORK_KEY vorgegeben. Ändere ihn dort und starte Gangway neu.',
  'host.password':
    'Das ist nicht das Passwort, mit dem dieses Gangway gestartet wurde. Prüf es Buchstabe für Buchstabe und versuch es noch einmal.',
  'host.tries':
    'Innerhalb einer Minute kamen zu viele falsche Passwörter, von hier oder von anderswo. Warte eine Minute und versuch es dann noch einmal.',
  'drop.unknown':
    'Was hierher gezogen wurde, ist weg, denn Gangway wurde inzwischen neu gestartet. Zieh es noch einmal hierher.',
  'desktop.none': 'Das geht nur im Fenster der Gangway-App. Öffne die App dafür.',
  'file.moved':
    'Was angekommen ist, liegt nicht mehr, wo es gelandet ist. Sieh nach, wohin es verschoben wurde, oder lass es dir noch einmal senden.',
}

export function faultSentence(code: FaultCode, details: FaultDetails): string {
  return filled(sentences[code], details)
}
