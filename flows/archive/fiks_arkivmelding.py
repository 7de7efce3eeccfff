"""Build the KS Fiks Arkiv payload `arkivmelding.opprett` V1 for one record. Nothing sends it yet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from flows.archive.atomic_folder import draft_of
from flows.archive.ingest import keep_head
from flows.archive.noark.structure import class_of
from flows.archive.outgoing_names import record_name
from flows.archive.pronom_formats import format_of
from flows.archive.repair import read_blob
from flows.archive.store import Store
from flows.dates import oslo_date
from flows.errors import WrongUse
from flows.language import translate as _
from flows.register import Agreement, Record, RecordFile, Register
from flows.register.agreements import get_agreement
from flows.register.records import files_of, get_record
from flows.register.schema import Json

_BASE = "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv/"
_NS, _CATALOGUE = f"{_BASE}arkivmelding/opprett/v1", f"{_BASE}metadatakatalog/v1"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_E = ElementMaker(namespace=_NS, nsmap={None: _NS, "m": _CATALOGUE, "xsi": "http://www.w3.org/2001/XMLSchema-instance"})
_M = ElementMaker(namespace=_CATALOGUE, nsmap={"m": _CATALOGUE})
_SYSTEM = "Avtaleflyt"
_LEVELS = {"Unntatt offentlighet": "UO", "Personalsaker": "P", "Klientsaker": "K"}
"""Codes of the access levels; no list is published, so that the receiving system's own may have to stand here."""


def export_message(register: Register, store: Store, record_id: str, folder: Path) -> list[str]:
    """Write `arkivmelding.xml` and the signed PDF to a new folder; return the names. Raises `NotFound`, `WrongUse`.

    The external keys (`referanseEksternNoekkel`) are the record's own ids, of the document its id and number: sending
    the message again makes no second case.
    """
    with register.read() as session:
        record = get_record(session, record_id)
        agreement = get_agreement(session, record.agreement_id)
        signed = next((one for one in files_of(session, record.id) if one.role == "signed"), None)
    if signed is None:
        raise WrongUse(_("The record has no signed PDF any more: there is nothing to send."))
    name = f"{record_name(record)}.pdf"
    with draft_of(folder) as draft:
        with register.write() as transaction:  # before anything is shown
            transaction.note("read", agreement.id, "exported as arkivmelding", {"record": record.id})
        keep_head(register, store)
        (draft / name).write_bytes(read_blob(register, store, signed.digest))
        tree = etree.ElementTree(_message(record, agreement, signed, name))
        tree.write(str(draft / "arkivmelding.xml"), encoding="UTF-8", xml_declaration=True)
    return ["arkivmelding.xml", name]


def _message(record: Record, agreement: Agreement, signed: RecordFile, name: str) -> Any:
    restriction = _restriction(record.details.get("access") or {})
    title = [_E.tittel(record.public_title), _E.offentligTittel(record.public_title)]
    case = _E.mappe(
        *title,
        *restriction(),
        _E.klassifikasjon(_E.klasseID(class_of(agreement.type)[0])),
        _E.referanseEksternNoekkel(*_key(agreement.id)),
        _E.saksdato(str(oslo_date(record.archived_at))),
    )
    case.set(_TYPE, "saksmappe")
    document = _E.dokumentbeskrivelse(
        _E.dokumenttype(*_code("AVTALE", "Avtale")),
        _E.dokumentstatus(*_code("F", "Dokumentet er ferdigstilt")),
        _E.tittel(record.public_title),
        _E.tilknyttetRegistreringSom(*_code("H", "Hoveddokument")),
        _E.dokumentnummer("1"),
        _E.dokumentobjekt(
            _E.versjonsnummer("1"),
            _E.variantformat(*_code("A", "Arkivformat")),
            _E.format(*_code(*format_of(record.details))),
            _E.mimeType("application/pdf"),
            _E.filnavn("avtale.pdf"),
            _E.referanseDokumentfil(name),
            _E.sjekksum(signed.digest),
            _E.sjekksumAlgoritme("SHA256"),
            _E.filstoerrelse(str(signed.size)),
        ),
        _E.referanseEksternNoekkel(*_key(f"{record.id}/1")),
    )
    names = [one["on_behalf_of"] or one["name"] for one in record.details["parties"]]
    sides = [("EA", "Avsender", names[0]), ("EM", "Mottaker", names[-1])]
    entry = _E.registrering(
        _E.referanseForelderMappe(_M.referanseEksternNoekkel(*_key(agreement.id))),
        *restriction(),
        document,
        *[_E(etree.QName(one).localname, one.text) for one in title],
        *[
            _E.korrespondansepart(_E.korrespondanseparttype(*_code(code, said)), _E.korrespondansepartNavn(party))
            for code, said, party in sides
        ],
        _E.referanseEksternNoekkel(*_key(record.id)),
        _E.journalposttype(*_code("U", "Utgående dokument")),
        _E.journalstatus(*_code("J", "Journalført")),
        _E.dokumentetsDato(str(oslo_date(record.signed_at or record.archived_at))),
    )
    entry.set(_TYPE, "journalpost")
    return _E.arkivmelding(_E.system(_SYSTEM), _E.antallFiler("1"), case, entry)


def _restriction(access: Json) -> Callable[[], list[Any]]:
    """Return what makes the restriction of a unit, anew for each; nothing for a record that is open."""
    if not access.get("level"):
        return list
    level, basis = access["level"], access["basis"]
    return lambda: [_E.skjerming(_E.tilgangsrestriksjon(*_code(_LEVELS[level], level)), _E.skjermingshjemmel(basis))]


def _code(code: str, said: str) -> list[Any]:
    return [_M.kode(code), _M.beskrivelse(said)]


def _key(value: str) -> list[Any]:
    return [_M.fagsystem(_SYSTEM), _M.noekkel(value)]
