"""Archived records to deliver, made in no time, and a context with an archive system on loopback."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from flows.application.context import Context
from flows.application.deliver_records import DeliveryRound, deliver_records
from flows.archive import Store, open_store
from flows.delivery.archive_settings import ArchiveSettings
from flows.delivery.fiks import open_fiks_archive
from flows.register import Record, Register
from flows.register.agreements import GeneratedDocument, ReceivedCase, approve, receive, record_generated
from flows.register.records import RecordContent, RecordFileEntry, file_record
from flows.register.signature_requests import ProviderAnswer, intend, record_sent, record_signed
from flows.settings import Settings
from tests.delivery.fiks_server import ARCHIVE, INTEGRATION, OURS, PASSWORD, FiksServer, HttpMailbox
from tests.delivery.throw_away_keys import PASSWORD as PASSPHRASE
from tests.delivery.throw_away_keys import keep_keys

NAMES = ("Kari Čáhppe", "Ola Prøve")
TITLE = "ALIS-avtale – Kárášjohka, Deatnu ja Unjárga"
DETAILS: dict[str, Any] = {
    "pdfa": "2A",
    "levels": ["B-LT"],
    "provider": "desk",
    "reference": "",
    "provider_id": "",
    "retention": {"verdict": "Bevares", "basis": "", "years": None},
    "access": {"level": "Personalsaker", "basis": "Offl. § 26 femte ledd"},
    "parties": [
        {"role": "kommune", "name": NAMES[0], "on_behalf_of": "Prøve kommune"},
        {"role": "alis", "name": NAMES[1], "on_behalf_of": ""},
    ],
    "signed": [],
}


def archived_record(
    register: Register,
    store: Store,
    number: int = 1,
    pdf: bytes = b"%PDF-1.7 signert",
    valid_from: int = 2027,
    amended_from: date | None = None,
) -> Record:
    """File an archived record with a signed file, evidence and a validation report; the same number is one doctor.

    With `amended_from`, it is a change of the agreement that is archived already, from that day on.
    """
    case = ReceivedCase(
        "alis", "1804", f"{number:07d}", date(valid_from, 1, 1), date(valid_from + 4, 12, 31), TITLE, {"nummer": number}
    )
    if amended_from is not None:
        changed = {"nummer": number, "stilling": amended_from.isoformat()}
        case = replace(case, case=changed, amended_from=amended_from, agreed=("stilling",))
    digest = store.put(pdf)
    made = GeneratedDocument("alis-avtale.docx", "1.0", "a" * 64, store.put(b"DOCX"), digest, 1)
    signers = [
        {"order": one, "role": role, "name": name} for one, (role, name) in enumerate(zip("ka", NAMES, strict=True), 1)
    ]
    with register.write() as transaction:
        agreement_id = receive(transaction, case).agreement_id
        record_generated(transaction, agreement_id, 1, made)
        approve(transaction, agreement_id, "looked at")
        request = intend(transaction, agreement_id, "desk", signers, transaction.now + timedelta(days=30))
        assert request is not None
        record_sent(
            transaction, request.reference, ProviderAnswer(f"job-{number}-{amended_from or valid_from}", {}), "sent"
        )
        record_signed(transaction, request.reference)
        evidence, report = b'{"signert": true}', b"<validering/>"
        files = [
            RecordFileEntry("signed", digest, len(pdf), "avtale.pdf", "application/pdf"),
            RecordFileEntry("sent", digest, len(pdf), "sendt.pdf", "application/pdf"),
            RecordFileEntry("evidence", store.put(evidence), len(evidence), "bevis.json", "application/json"),
            RecordFileEntry("validation_report", store.put(report), len(report), "r.xml", "application/xml"),
        ]
        content = RecordContent(request.reference, files, transaction.now, dict(DETAILS))
        return file_record(transaction, content, lambda _record: None)


def archive_settings(server: FiksServer, keys: Path, **changed: Any) -> ArchiveSettings:
    """Return settings that lead to the server; `changed` are those of the top level, `fiks_…` and `message_…`."""
    keep_keys(keys, "konto", "virksomhet")
    fiks = {
        "api": server.address,
        "account": OURS,
        "archive_account": ARCHIVE,
        "integration": INTEGRATION,
        "account_keys": [str(keys / "konto.key")],
        "signing_certificate": str(keys / "virksomhet.p12"),
        "per_second": 1e9,
    }
    maskinporten = {
        "token": f"{server.address}/token",
        "audience": "https://test.maskinporten.no/",
        "client_id": "klient",
        "certificate": str(keys / "virksomhet.p12"),
    }
    message: dict[str, Any] = {}
    top: dict[str, Any] = {"municipalities": ["1804"]}
    for name, value in changed.items():
        table, _, rest = name.partition("_")
        if table == "fiks" and rest:
            fiks[rest] = value
        elif table == "message" and rest:
            message[rest] = value
        else:
            top[name] = value
    return ArchiveSettings.model_validate({**top, "fiks": fiks, "maskinporten": maskinporten, "message": message})


@dataclass
class World:
    """A register, a store, KS's side, and a context that delivers there."""

    server: FiksServer
    register: Register
    store: Store
    context: Context
    folder: Path
    sessions: list[requests.Session] = field(default_factory=list)

    def round(self) -> DeliveryRound:
        """Run one round; what it waits passes on the clock."""
        return deliver_records(self.context, self._wait)

    def _wait(self, seconds: float) -> None:
        clock: Any = self.register.clock
        clock.now += timedelta(seconds=max(seconds, 0.001))


def delivering(server: FiksServer, register: Register, folder: Path, **changed: Any) -> World:
    """Return a context that delivers to the server."""
    store = open_store((folder / "lager").as_uri())
    settings = archive_settings(server, folder / "keys", **changed)
    session = requests.Session()
    archive = open_fiks_archive(
        settings, PASSWORD, PASSPHRASE, register.clock, session, lambda _token: HttpMailbox(server.address)
    )
    context = Context(Settings(output=folder), register, store, archive_system=archive)
    context.archive_settings = settings
    return World(server, register, store, context, folder, [session])


NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
