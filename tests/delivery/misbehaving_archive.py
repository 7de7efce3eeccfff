"""An archive behind Fiks IO, in Python: it registers what it is sent and answers, or does what a fault says instead.

It looks no external key up: whatever comes twice is registered twice, so that doubles are counted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from lxml import etree

from flows.delivery.fiks.container import ContainedFile, pack
from flows.delivery.fiks.container_reader import safe_xml, unpack
from flows.delivery.fiks.sealing import seal, unseal
from tests.delivery.throw_away_keys import identity

BASE = "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv/"
PREFIX = "no.ks.fiks.arkiv.v1."
FAULTS = (
    *("none", "silent", "no_mottatt", "receipt_first", "twice", "refused", "failed", "failed_after", "half"),
    *("wrong_correlation", "tampered", "other_key", "no_correlation", "empty_receipt", "other_entry", "not_fetched"),
    *("expired", "stranger"),
)


@dataclass(frozen=True)
class Incoming:
    """A message in an account's queue: headers as AMQP has them, the body, and when its time to live is over."""

    headers: dict[str, str]
    body: bytes
    until: datetime | None = None


@dataclass
class MisbehavingArchive:
    """Works off its queue; `fault_of` says what goes wrong with the message of a record at its nth coming."""

    account: str
    ours: str
    answer: Callable[[dict[str, str], bytes], None]
    fault_of: Callable[[str, int], str] = lambda _record, _time: "none"
    registered: list[str] = field(default_factory=list)
    cases: dict[str, int] = field(default_factory=dict)
    updates: list[str] = field(default_factory=list)
    comings: dict[str, int] = field(default_factory=dict)
    opened: list[dict[str, bytes]] = field(default_factory=list)
    keep_contents: bool = True

    def take(self, message: Incoming) -> None:
        """Open a message, act on it and answer it."""
        files = dict(unpack(unseal(message.body, [identity("arkiv").key])).files)
        if self.keep_contents:
            self.opened.append(files)
        kind = message.headers["type"]
        root = safe_xml(next(iter(files.values())))
        if kind.endswith("registrering.hent"):
            self._look_up(message, root)
        elif kind.endswith("arkivmelding.oppdater"):
            self.updates.append(_texts(root, "noekkel")[0])
            self._reply(message, f"{kind}.mottatt")
            self._reply(message, f"{kind}.kvittering")
        else:
            self._create(message, root, kind)

    def _create(self, message: Incoming, root: Any, kind: str) -> None:
        record = _entry_key(root)
        self.comings[record] = self.comings.get(record, 0) + 1
        fault = self.fault_of(record, self.comings[record])
        receipt = f"{kind}.kvittering"
        if fault == "refused":
            self._error(message, "ugyldigforespoersel", "Ukjent saksansvarlig «Ødegård».")
            return
        if fault in {"failed", "not_fetched", "expired"}:
            if fault == "failed":
                self._error(message, "serverfeil", "Databasen svarer ikke.")
            else:
                name = "tidsavbrudd" if fault == "expired" else "serverfeil.v1"
                self._reply(message, f"no.ks.fiks.kvittering.{name}", sender=str(uuid4()))
            return
        if fault == "half":
            self._reply(message, receipt, _receipt(self._case_of(root), ""))
            return
        case = self._case_of(root)
        self.registered.append(record)
        body = _receipt(case, "other" if fault == "other_entry" else record, len(self.registered))
        if fault == "silent":
            return
        if fault == "failed_after":
            self._error(message, "serverfeil", "Tidsavbrudd etter registrering.")
            return
        if fault not in {"no_mottatt", "receipt_first"}:
            self._reply(message, f"{kind}.mottatt")
        if fault == "empty_receipt":
            body = _receipt(case, "", refused=False)
        self._reply(message, receipt, body, fault)
        if fault == "twice":
            self._reply(message, receipt, body)
        if fault == "receipt_first":
            self._reply(message, f"{kind}.mottatt")

    def _case_of(self, root: Any) -> int:
        """Return the number of the case: by our key, or made."""
        case = next((one for one in root if _local(one) == "mappe"), None)
        if case is None:
            return 1
        return self.cases.setdefault(_texts(case, "noekkel")[0], len(self.cases) + 1)

    def _look_up(self, message: Incoming, root: Any) -> None:
        record = _texts(root, "noekkel")[0]
        if record not in self.registered:
            self._error(message, "ikkefunnet", "Finner ikke registreringen.")
            return
        number = self.registered.index(record) + 1
        said = (
            f'<registreringHentResultat xmlns="{BASE}registrering/hent/resultat/v1"><journalpost>'
            f"<systemID>{uuid4()}</systemID><referanseForelderMappe><systemID>{uuid4()}</systemID><saksnummer>"
            f"<saksaar>2026</saksaar><sakssekvensnummer>1</sakssekvensnummer></saksnummer></referanseForelderMappe>"
            f"<referanseEksternNoekkel><fagsystem>Avtaleflyt</fagsystem><noekkel>{record}</noekkel>"
            f"</referanseEksternNoekkel><journalpostnummer>{number}</journalpostnummer></journalpost>"
            "</registreringHentResultat>"
        )
        kind = f"{message.headers['type']}.resultat"
        self._reply(message, kind, ("registrering.xml", said.encode()))

    def _error(self, message: Incoming, kind: str, words: str) -> None:
        said = (
            f'<{kind} xmlns="{BASE}feil/{kind}/v1" xmlns:f="{BASE}feil/feilmelding/v1"><f:feilId>{uuid4()}</f:feilId>'
            f"<f:feilmelding>{words}</f:feilmelding></{kind}>"
        )
        self._reply(message, f"{PREFIX}feilmelding.{kind}", ("feilmelding.xml", said.encode()))

    def _reply(
        self,
        message: Incoming,
        kind: str,
        content: tuple[str, bytes] | None = None,
        fault: str = "none",
        sender: str = "",
    ) -> None:
        headers = {
            "melding-id": str(uuid4()),
            "type": kind,
            "avsender-id": sender or (str(uuid4()) if fault == "stranger" else self.account),
            "svar-til": message.headers["melding-id"],
        }
        correlation = message.headers.get("egendefinert-header.klientKorrelasjonsId", "")
        if fault == "wrong_correlation":
            correlation = str(uuid4())
        if correlation and fault != "no_correlation":
            headers["egendefinert-header.klientKorrelasjonId"] = correlation
        self.answer(headers, sealed_answer(*content, fault=fault) if content else b"")


def sealed_answer(name: str, content: bytes, fault: str = "none") -> bytes:
    """Return an answer's file as it comes: signed by the archive and sealed for our account."""
    signer = identity("arkiv")
    packed = pack([ContainedFile(name, content)], signer.certificate, signer.key)
    if fault == "tampered":
        place = packed.index(content[:20]) + 5 if content[:20] in packed else len(packed) // 3
        packed = packed[:place] + bytes([packed[place] ^ 1]) + packed[place + 1 :]
    return seal(packed, identity("annen" if fault == "other_key" else "konto").certificate)


def _receipt(case: int, record: str, number: int = 1, *, refused: bool = True) -> tuple[str, bytes]:
    entry = (
        f'<registreringKvittering xsi:type="journalpostKvittering"><systemID>{uuid4()}</systemID>'
        f"<dokumentbeskrivelseKvittering><systemID>{uuid4()}</systemID><dokumentnummer>1</dokumentnummer>"
        f"</dokumentbeskrivelseKvittering><referanseEksternNoekkel><m:fagsystem>Avtaleflyt</m:fagsystem>"
        f"<m:noekkel>{record}</m:noekkel></referanseEksternNoekkel>"
        f"<opprettetEllerEksisterende>Opprettet</opprettetEllerEksisterende>"
        f"<journalaar>2026</journalaar><journalsekvensnummer>{800 + number}</journalsekvensnummer>"
        f"<journalpostnummer>{number}</journalpostnummer></registreringKvittering>"
    )
    if not record:
        entry = ""
        if refused:
            entry = (
                "<registreringFeilet><f:feilId>1</f:feilId><f:feilmelding>Ukjent dokumenttype.</f:feilmelding>"
                "</registreringFeilet>"
            )
    said = (
        f'<arkivmeldingKvittering xmlns="{BASE}arkivmelding/opprett/kvittering/v1" xmlns:m="{BASE}metadatakatalog/v1"'
        f' xmlns:f="{BASE}feil/feilmelding/v1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<mappeKvittering xsi:type="saksmappeKvittering"><systemID>{uuid4()}</systemID>'
        f"<opprettetEllerEksisterende>Opprettet</opprettetEllerEksisterende><saksaar>2026</saksaar>"
        f"<sakssekvensnummer>{4710 + case}</sakssekvensnummer></mappeKvittering>{entry}</arkivmeldingKvittering>"
    )
    return "arkivmelding-kvittering.xml", said.encode()


def _entry_key(root: Any) -> str:
    entry = next(one for one in root if _local(one) == "registrering")
    own = next(one for one in entry if _local(one) == "referanseEksternNoekkel")
    return _texts(own, "noekkel")[0]


def _texts(element: Any, name: str) -> list[str]:
    return [one.text for one in element.iter() if _local(one) == name]


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)
