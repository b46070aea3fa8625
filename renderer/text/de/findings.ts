import { isFaultCode, type FaultDetails } from '#shared/faults.ts'
import { fill, ofFault, type FindingTexts, type Found } from '#shared/findings.ts'
import { faultSentence } from '#shared/faults-de.ts'

const blocked =
  'Sieh nach, ob eine Firewall oder ein Schutzprogramm auf diesem Computer UDP blockiert.'
const setClock =
  'Lass das System Datum und Uhrzeit selbst stellen, auf diesem Computer und auf den anderen Geräten.'
const room = '{room} frei auf dem Datenträger mit den Daten von Gangway.'
const closed = 'Gangway kann in die Firewall dieses Systems nicht hineinsehen.'
const unseen = 'Falls andere Geräte dieses nicht sehen:'

const findings: FindingTexts = {
  'check.failed': {
    detail: 'Das ließ sich nicht ansehen.',
    remedy:
      'Sieh noch einmal nach; wenn es bleibt, starte Gangway neu und sieh in seinem Protokoll nach.',
  },
  'network.absent': {
    detail: 'Dieser Computer ist mit keinem Netzwerk verbunden.',
    remedy: 'Schließ ein Kabel an oder geh in ein WLAN.',
  },
  'network.addressless': {
    detail: 'Verbunden ({names}), aber dieser Computer hat keine Adresse bekommen.',
    remedy: 'Verbinde dich neu mit dem Netzwerk, oder starte seinen Router neu.',
  },
  'network.local': {
    detail: 'Verbunden ({names}), mit einer Adresse eines lokalen Netzwerks.',
    remedy: null,
  },
  'network.public': {
    detail: 'Verbunden ({names}), nur mit öffentlichen Adressen.',
    remedy: null,
  },
  'vpn.none': { detail: 'Es scheint kein VPN an zu sein.', remedy: null },
  'vpn.on': {
    detail: 'Ein VPN scheint an zu sein ({names}).',
    remedy:
      'Falls Geräte deines eigenen Netzwerks nicht gefunden werden, erlaube in den Einstellungen des VPN den Zugriff auf das lokale Netzwerk.',
  },
  'udp.arrives': {
    detail: 'Pakete an die Adressen dieses Computers kommen an ({count}).',
    remedy: null,
  },
  'udp.none': { detail: 'Kein UDP-Paket an diesen Computer selbst kommt an.', remedy: blocked },
  'udp.some': { detail: 'UDP-Pakete an {addresses} kommen nicht an.', remedy: blocked },
  'port.none': {
    detail: 'Gerade ist kein Netzwerk-Port offen.',
    remedy: 'Sieh in ein paar Sekunden noch einmal nach.',
  },
  'port.addressless': {
    detail:
      'Offen: {ports}, aber keine Adresse ist bekannt, unter der andere ihn erreichen könnten.',
    remedy: 'Verbinde diesen Computer mit einem Netzwerk.',
  },
  'port.sixOnly': {
    detail:
      'Offen: {ports}; einen IPv4-Port gibt es nicht, Geräte nur mit IPv4 sind also nicht erreichbar.',
    remedy: null,
  },
  'port.open': { detail: 'Offen: {ports}.', remedy: null },
  'nearby.heard': {
    detail:
      'Hört auf {interfaces}; {count} Meldungen anderer Geräte in den letzten {minutes} Minuten.',
    remedy: null,
  },
  'nearby.alone': {
    detail: 'Hört auf {interfaces}; in den letzten {minutes} Minuten kam von keinem Gerät etwas.',
    remedy:
      'Starte Gangway auf dem anderen Gerät und bring beide in dasselbe Netzwerk. Gastnetze halten Geräte oft voneinander fern; gib dort die Adresse des anderen Geräts ein.',
  },
  'nearby.silent': {
    detail:
      'Hört auf {interfaces}; in den letzten {minutes} Minuten kam gar nichts, nicht einmal von diesem Gerät selbst.',
    remedy:
      'Wenn das eine Minute so bleibt, erlaube Multicast (UDP 5353) in der Firewall dieses Computers.',
  },
  'relay.off': {
    detail:
      'Aus, denn „Nur dieses Netzwerk“ ist an: Geräte treffen sich in diesem Netzwerk und nirgends sonst.',
    remedy: null,
  },
  'relay.offAway': {
    detail:
      'Aus, denn „Nur dieses Netzwerk“ ist an: Geräte treffen sich in diesem Netzwerk und nirgends sonst. Gerade nicht hier: {names}.',
    remedy:
      'Wenn eines davon in einem anderen Netzwerk ist, ist es nicht erreichbar, solange das hier oder dort an ist.',
  },
  'relay.none': {
    detail:
      'Kein Relay ist erreichbar. Geräte im selben Netzwerk finden sich trotzdem, Geräte anderswo nicht.',
    remedy:
      'Verbinde diesen Computer mit dem Internet, und sieh nach, ob eine Firewall ausgehendes TCP 443 blockiert.',
  },
  'relay.ownAway': {
    detail: 'Das Relay aus den Einstellungen ist nicht erreichbar.',
    remedy: 'Prüf seine Adresse in den Einstellungen, und ob es läuft.',
  },
  'relay.silent': {
    detail: 'Das Relay {host} war vorhin erreichbar und antwortet jetzt nicht.',
    remedy:
      'Prüf die Verbindung zum Internet; ein anderes Relay wird von selbst gewählt, wenn es eines gibt.',
  },
  'relay.forced': {
    detail: '{host} antwortet. Verbunden wird nur darüber, wie gewünscht.',
    remedy: 'Starte Gangway ohne --force-relay, um wieder den schnellsten Weg zu haben.',
  },
  'relay.answers': {
    detail: '{host} antwortet: Geräte anderswo sind erreichbar.',
    remedy: null,
  },
  'private.none': {
    detail: 'Dieses Gerät ist in keinem; Geräte, die in einem sind, antworten ihm nicht.',
    remedy: null,
  },
  'private.member': {
    detail: 'Dieses Gerät ist in einem, und kein gekoppeltes Gerät erwies sich als außerhalb.',
    remedy: null,
  },
  'private.theirs': {
    detail:
      'Erreichbar, spricht aber nicht mit diesem Gerät: {names}. Dieses Gerät ist in keinem privaten Netz.',
    remedy:
      'Wenn dort eines eingestellt ist, tritt ihm hier unter „Einstellungen“ mit seinem Netzschlüssel bei; wenn nicht, aktualisiere Gangway auf beiden.',
  },
  'private.outside': {
    detail:
      'Erreichbar, spricht aber nicht mit diesem Gerät: {names}. Dieses Gerät ist in einem privaten Netz; dort ist es anscheinend ein anderes oder keines.',
    remedy:
      'Tritt diesem Netz auch dort unter „Einstellungen“ mit dem Netzschlüssel bei. Wo schon dieselben drei Wörter stehen, aktualisiere Gangway auf beiden.',
  },
  'router.off': {
    detail: 'Wird nicht gefragt, wie es die Einstellungen wollen.',
    remedy: null,
  },
  'router.unknown': {
    detail:
      'Dieser Computer sagt nicht, welchen Router er benutzt; so lässt sich keiner um einen Port bitten.',
    remedy: null,
  },
  'router.silent': {
    detail:
      'Der Router öffnet keine Ports, wenn er darum gebeten wird (weder PCP noch NAT-PMP noch UPnP). Dateien zu Geräten anderswo gehen über QUIC.',
    remedy:
      'Damit sie schneller werden, erlaube in den Einstellungen des Routers UPnP oder NAT-PMP.',
  },
  'router.opens': {
    detail:
      'Öffnet Ports, wenn er darum gebeten wird ({protocol}): Dateien zu Geräten anderswo können direkt gehen.',
    remedy: null,
  },
  'router.behind': {
    detail:
      'Würde Ports öffnen ({protocol}), steht aber hinter einem anderen Router oder einer geteilten Adresse, sodass ihn von außen niemand erreicht. Dateien zu Geräten anderswo gehen über QUIC.',
    remedy:
      'Damit sie schneller werden, nimm den anderen Router direkt, oder bitte den Internetanbieter um eine eigene Adresse.',
  },
  'firewall.none': { detail: 'Auf diesem Computer wurde keine Firewall gefunden.', remedy: null },
  'firewall.heard': {
    detail: 'Andere Geräte sind zu hören, die Firewall lässt sie also durch.',
    remedy: null,
  },
  'firewall.heardThrough': {
    detail: '{name} ist an, und andere Geräte sind hindurch zu hören.',
    remedy: null,
  },
  'firewall.on': {
    detail: '{name} ist an. Sie muss UDP aus deinem eigenen Netzwerk hereinlassen, auf jedem Port.',
    remedy: `${unseen} {commands}`,
  },
  'firewall.nftables': {
    detail:
      'nftables ist an. Es muss UDP aus deinem eigenen Netzwerk hereinlassen, auf jedem Port.',
    remedy: `${unseen} Ergänze bei „input“: {rules}`,
  },
  'firewall.windows': {
    detail: closed,
    remedy: `${unseen} Setz in Windows-Sicherheit unter „Firewall- & Netzwerkschutz“, „Zugriff von App durch Firewall zulassen“ den Haken für Gangway bei privaten Netzwerken, und stell dein Netzwerk auf privat.`,
  },
  'firewall.mac': {
    detail: closed,
    remedy: `${unseen} Erlaube in den Systemeinstellungen unter „Netzwerk“, „Firewall“, „Optionen“ eingehende Verbindungen für Gangway, und schalte Gangway unter „Datenschutz & Sicherheit“, „Lokales Netzwerk“ ein.`,
  },
  'firewall.unknown': {
    detail: closed,
    remedy: `${unseen} Lass UDP aus deinem eigenen Netzwerk herein, auf jedem Port.`,
  },
  'clock.past': { detail: 'Das Datum dieses Computers liegt Jahre zurück.', remedy: setClock },
  'clock.putBack': {
    detail:
      'Die Uhr dieses Computers wurde zurückgestellt: Seine eigenen Dateien sind aus der Zukunft.',
    remedy: setClock,
  },
  'clock.behind': {
    detail: 'Die Uhr dieses Computers geht gegenüber der von {name} um {span} nach.',
    remedy: setClock,
  },
  'clock.ahead': {
    detail: 'Die Uhr von {name} geht gegenüber der dieses Computers um {span} nach.',
    remedy: setClock,
  },
  'clock.alone': {
    detail: 'Sieht richtig aus; kein gekoppeltes Gerät ist zum Vergleichen da.',
    remedy: null,
  },
  'clock.agrees': {
    detail: 'Stimmt mit den gekoppelten Geräten überein, die da sind ({count}).',
    remedy: null,
  },
  'disk.free': { detail: room, remedy: null },
  'disk.little': { detail: room, remedy: 'Schaff darauf bald etwas Platz.' },
  'disk.none': {
    detail: room,
    remedy: 'Schaff darauf etwas Platz, sonst kann Gangway nichts speichern.',
  },
  'key.keychain': { detail: 'Vom Schlüsselbund dieses Computers bewacht.', remedy: null },
  'key.passphrase': { detail: 'Von einer Passphrase bewacht.', remedy: null },
  'key.file': {
    detail: 'In einer Datei, die nur dieser Benutzer lesen kann; sonst bewacht ihn nichts.',
    remedy:
      'Verschlüssele den Datenträger dieses Computers, oder gib einem neuen Profil eine Passphrase (GANGWAY_PASSPHRASE).',
  },
  'key.unprotected': {
    detail:
      'Nicht geschützt: Dieser Computer hat keinen Schlüsselbund, den Schlüssel bewachen nur die Rechte einer Datei.',
    remedy:
      'Richte einen Schlüsselbund ein (GNOME Keyring oder KWallet), oder verschlüssele den Datenträger dieses Computers.',
  },
  'data.sound': { detail: 'Seit dem Start in Ordnung.', remedy: null },
  'data.damaged': {
    detail:
      'Die gespeicherten Daten waren beschädigt und wurden beiseitegelegt; Gangway hat mit demselben Schlüssel neu begonnen.',
    remedy: 'Koppele deine Geräte neu, und prüf den Datenträger dieses Computers.',
  },
  'data.incomplete': {
    detail: 'Ein Teil der gespeicherten Daten war beschädigt; alles andere blieb erhalten.',
    remedy: 'Sieh die Einstellungen und die gekoppelten Geräte durch und trag nach, was fehlt.',
  },
  'data.restored': {
    detail:
      'Die gespeicherten Daten waren beschädigt und wurden aus ihrer Sicherheitskopie zurückgeholt; es fehlt nichts.',
    remedy: 'Wenn das wiederkommt, prüf den Datenträger dieses Computers.',
  },
  'load.fine': { detail: 'Gangway kommt ohne Verzögerung zu seiner Arbeit.', remedy: null },
  'load.waits': {
    detail: 'Gangway musste bis zu {milliseconds} ms warten, um zu seiner Arbeit zu kommen.',
    remedy: 'Sieh nach, was diesen Computer so beschäftigt.',
  },
}

export function foundWords(code: Found, details: FaultDetails) {
  return isFaultCode(code) ? ofFault(faultSentence(code, details)) : fill(findings[code], details)
}
