"""Write `arkivstruktur.xml` one case at a time: archive, part, class, case, entry, document, in schema order."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from flows.agreements.types import types
from flows.archive.noark.entries import Entry, Period, norwegian_day, period_id, written
from flows.archive.noark.own_metadata import type_title
from flows.archive.pronom_formats import DOCX, SENT, format_of
from flows.archive.proof.profiles import profile_of
from flows.register.schema import Json

NS = "http://www.arkivverket.no/standarder/noark5/arkivstruktur"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OWN = "urn:avtale:virksomhetsspesifikkemetadata:1"
_MAP = {None: NS, "xsi": XSI}
_E = ElementMaker(namespace=NS, nsmap=_MAP)
_OWN = ElementMaker(namespace=OWN, nsmap={"am": OWN})

_SYSTEM = "Avtaleflyt"
_SEALED, _HIGH = "Sendt med PKI/virksomhetssertifikat", "Sendt med PKI/«person høy»-sertifikat"
_OF_THE_SENDER = frozenset({"desk"})
"""M507: what a provider seals has its own certificate, and the desk's authority, which is the sender's own, certifies
no person's identity; others sign with BankID or its like."""
_OF_SIGNATURES = ("signature_", "modified_", "wrong_", "not_our_document")


def class_of(kind: str) -> tuple[str, str]:
    """Return M002 and M020 of a type's class, also of a type that is there no more."""
    if kind not in types():
        return f"AVT-{kind}", kind
    terms = types()[kind].archive
    return terms.class_number, terms.class_title


def write_structure(
    period: Period, path: Path, closed: datetime, kinds: Iterable[str], of_type: Callable[[str], Iterable[Entry]]
) -> None:
    """Write the file: a class for every type that there is, or that is in `kinds`.

    `of_type` gives the entries of a type of agreement, each of them once.
    """
    location = f"{NS} arkivstruktur.xsd {OWN} avtalemetadata.xsd"
    with etree.xmlfile(str(path), encoding="UTF-8") as file:
        file.write_declaration()
        with file.element(f"{{{NS}}}arkiv", {f"{{{XSI}}}schemaLocation": location}, nsmap=_MAP):
            _write(file, *_unit(period, "arkiv", f"Avtalearkiv {period.creator}"), ("arkivstatus", "Avsluttet"))
            _write(file, ("dokumentmedium", "Elektronisk arkiv"), *_life(period, closed))
            creator = [_E.arkivskaperID(period.creator_number), _E.arkivskaperNavn(period.creator)]
            file.write(_E.arkivskaper(*creator))
            with file.element(f"{{{NS}}}arkivdel"):
                _write(file, *_unit(period, "arkivdel", f"Signerte avtaler {period.year}"))
                _write(file, ("arkivdelstatus", "Avsluttet periode"), ("dokumentmedium", "Elektronisk arkiv"))
                _write(file, *_life(period, closed))
                _write(file, ("arkivperiodeStartDato", str(period.start)), ("arkivperiodeSluttDato", str(period.end)))
                with file.element(f"{{{NS}}}klassifikasjonssystem"):
                    _write(file, ("systemID", period_id(period, "klassifikasjonssystem")))
                    _write(file, ("klassifikasjonstype", "Funksjonsbasert, hierarkisk"), ("tittel", "Arkivnøkkel"))
                    _write(file, *_life(period, closed)[:2])
                    for kind in sorted({*types(), *kinds}):
                        number, title = class_of(kind)
                        with file.element(f"{{{NS}}}klasse"):
                            _write(file, ("systemID", period_id(period, number)), ("klasseID", number))
                            _write(file, ("tittel", title), *_life(period, closed)[:2])
                            for _case_number, together in groupby(of_type(kind), lambda entry: entry.case_number):
                                file.write(_case(period, list(together), closed))


def _write(file: Any, *pairs: tuple[str, str]) -> None:
    for name, value in pairs:
        file.write(_E(name, value))


def _unit(period: Period, what: str, title: str) -> list[tuple[str, str]]:
    return [("systemID", period_id(period, what)), ("tittel", title)]


def _life(period: Period, closed: datetime) -> list[tuple[str, str]]:
    return [
        ("opprettetDato", f"{period.start}T00:00:00Z"),
        ("opprettetAv", _SYSTEM),
        ("avsluttetDato", written(closed)),
        ("avsluttetAv", _SYSTEM),
    ]


def _elements(*pairs: tuple[str, object]) -> list[Any]:
    return [_E(name, str(value)) for name, value in pairs]


def _case(period: Period, entries: Sequence[Entry], closed: datetime) -> Any:
    """Return a case with its entries: an agreement, and the amendments to it that the period holds."""
    entry = entries[0]
    record = entry.opened_by
    at = written(record.archived_at)
    case = _E.mappe(
        *_elements(("systemID", entry.id_of_case()), ("mappeID", entry.case_number)),
        *_elements(("tittel", record.public_title), ("offentligTittel", record.public_title)),
        *_elements(("dokumentmedium", "Elektronisk arkiv"), ("opprettetDato", at), ("opprettetAv", entry.actor)),
        *_elements(("avsluttetDato", written(closed)), ("avsluttetAv", _SYSTEM)),
        *_retention(entry),
        *_restriction(entry, "Skjerming navn part i sak"),
        *(_entry(period, one, written(one.record.archived_at)) for one in entries),
        *_elements(
            ("saksaar", record.details["journal"]["year"]),
            ("sakssekvensnummer", record.details["journal"]["sequence"]),
        ),
        *_elements(
            ("saksdato", norwegian_day(record.archived_at)),
            ("administrativEnhet", period.unit),
            ("saksansvarlig", entry.actor),
        ),
        _E.saksstatus("Avsluttet"),
    )
    case.set(f"{{{XSI}}}type", "saksmappe")
    return case


def _entry(period: Period, entry: Entry, at: str) -> Any:
    record = entry.record
    party_id = f"{entry.case_number}-" if entry.number == 1 else f"{entry.case_number}-{entry.number}-"
    sides = list(zip(("Avsender", "Mottaker"), entry.parties, strict=True))
    made = _E.registrering(
        *_elements(("systemID", entry.id_of("journalpost")), ("opprettetDato", at), ("opprettetAv", entry.actor)),
        *_elements(("arkivertDato", at), ("arkivertAv", entry.actor)),
        *[
            _E.part(*_elements(("partID", f"{party_id}{number}"), ("partNavn", name), ("partRolle", "Avtalepart")))
            for number, name in enumerate(entry.parties, start=1)
        ],
        *_restriction(entry, "Skjerming navn mottaker"),
        _document(period, entry, at),
        *_elements(("registreringsID", f"{entry.case_number}-{entry.number}"), ("tittel", record.public_title)),
        *_elements(("offentligTittel", record.public_title), ("dokumentmedium", "Elektronisk arkiv")),
        _E.virksomhetsspesifikkeMetadata(_own(entry)),
        *_notes(entry),
        *[
            _E.korrespondansepart(*_elements(("korrespondanseparttype", side), ("korrespondansepartNavn", name)))
            for side, name in sides
        ],
        *_elements(("journalaar", record.details["journal"]["year"]), ("journalsekvensnummer", entry.sequence)),
        *_elements(
            ("journalpostnummer", entry.number), ("journalposttype", "Utgående dokument"), ("journalstatus", "Arkivert")
        ),
        *_elements(("journaldato", entry.day)),
        *_elements(("dokumentetsDato", norwegian_day(record.signed_at or record.archived_at))),
    )
    made.set(f"{{{XSI}}}type", "journalpost")
    return made


def _notes(entry: Entry) -> list[Any]:
    """Return a note for each archive system that has the agreement, with its numbers of case and entry."""
    notes = []
    for one in entry.deliveries:
        said = f"Levert til kommunens arkivsystem: sak {one.case_number or '-'}, journalpost {one.entry_number or '-'}."
        when = written(one.settled_at or one.planned_at)
        note = _elements(("merknadstekst", said), ("merknadsdato", when), ("merknadRegistrertAv", _SYSTEM))
        notes.append(_E.merknad(*note))
    return notes


def _document(period: Period, entry: Entry, at: str) -> Any:
    done = entry.destroyed
    gone = (
        [_E.utfoertKassasjon(*_elements(("kassertDato", written(done.at)), ("kassertAv", done.actor)))] if done else []
    )
    return _E.dokumentbeskrivelse(
        *_elements(("systemID", entry.id_of("dokumentbeskrivelse")), ("dokumenttype", "Avtale")),
        *_elements(("dokumentstatus", "Dokumentet er ferdigstilt"), ("tittel", entry.record.public_title)),
        *_elements(("opprettetDato", at), ("opprettetAv", entry.actor), ("dokumentmedium", "Elektronisk arkiv")),
        *_elements(("tilknyttetRegistreringSom", "Hoveddokument"), ("dokumentnummer", 1)),
        *_elements(("tilknyttetDato", at), ("tilknyttetAv", entry.actor)),
        *gone,
        *[_object(period, entry, *one) for one in entry.documents()],
    )


def _object(period: Period, entry: Entry, file: Any, number: int, name: str) -> Any:
    details, kind = entry.described(file), entry.format(period.format, file)
    levels = ", ".join(details["levels"])
    detail = f"{format_of(details)[1]}, {f'signert PAdES {levels}' if levels else 'uten signatur i filen'}"
    if file.role == "renewed" and details["levels"] == entry.record.details["levels"]:
        detail += ", fornyet med dokumenttidsstempel"
    return _E.dokumentobjekt(
        *_elements(("systemID", entry.id_of(f"{file.role}/{file.number}")), ("versjonsnummer", number)),
        *_elements(("variantformat", "Arkivformat"), ("format", kind), ("formatDetaljer", detail)),
        *_elements(("opprettetDato", written(file.stored_at)), ("opprettetAv", entry.actor)),
        *_elements(("referanseDokumentfil", name), ("sjekksum", file.digest), ("sjekksumAlgoritme", "SHA-256")),
        *_elements(("filstoerrelse", file.size)),
        *_signature(entry),
        *_conversion(period, entry, file),
    )


def _conversion(period: Period, entry: Entry, file: Any) -> list[Any]:
    """Return how a version came to its format: ours from DOCX, a provider's rebuilt from ours; a renewal only grows."""
    details = entry.record.details
    if file.role == "renewed":
        return []
    kind = entry.format(period.format, file)
    rebuilt = profile_of(details["provider"]).rebuilding is not None
    when = file.stored_at if rebuilt else entry.version.generated_at or entry.version.received_at
    source = (SENT if period.format == "pronom" else "pdf") if rebuilt else DOCX
    tool = details["provider"] if rebuilt else details.get("tool") or "WeasyPrint"
    return [
        _E.konvertering(
            *_elements(("konvertertDato", written(when)), ("konvertertAv", tool if rebuilt else _SYSTEM)),
            *_elements(("konvertertFraFormat", source), ("konvertertTilFormat", kind)),
            *_elements(("konverteringsverktoey", tool)),
        )
    ]


def _signature(entry: Entry) -> list[Any]:
    details = entry.record.details
    if not details["levels"]:  # accepted by a person for what lies beside it
        return []
    sealed = profile_of(details["provider"]).rebuilding is not None
    level = _SEALED if sealed or details["provider"] in _OF_THE_SENDER else _HIGH
    said = [("elektroniskSignaturSikkerhetsnivaa", level), ("elektroniskSignaturVerifisert", _verified(details))]
    said += [("verifisertDato", str(entry.day)), ("verifisertAv", _SYSTEM)]
    return [_E.elektroniskSignatur(*_elements(*said))]


def _verified(details: Json) -> str:
    """Return M508: a signature that was accepted in spite of its faults is not said to be verified."""
    doubted = any(fault.startswith(_OF_SIGNATURES) for fault in details.get("accepted", {}).get("faults", ()))
    return "Signatur påført, ikke verifisert" if doubted else "Signatur påført og verifisert"


def _retention(entry: Entry) -> list[Any]:
    """Return the verdict only where it is Kasseres: nothing else belongs in a deposit (chapter 070)."""
    said = entry.record.details["retention"]
    if said["verdict"] != "Kasseres" or not said.get("date"):
        return []
    pairs = [("kassasjonsvedtak", "Kasseres"), ("kassasjonshjemmel", said["basis"])]
    return [_E.kassasjon(*_elements(*pairs, ("bevaringstid", said["years"] or 0), ("kassasjonsdato", said["date"])))]


def _restriction(entry: Entry, masked: str) -> list[Any]:
    if entry.restricted is None:
        return []
    level, basis = entry.restricted
    pairs = [("tilgangsrestriksjon", level), ("skjermingshjemmel", basis), ("skjermingMetadata", masked)]
    return [_E.skjerming(*_elements(*pairs))]


def _own(entry: Entry) -> Any:
    details, version = entry.record.details, entry.version
    until = [_OWN.gyldigTil(str(entry.record.valid_to))] if entry.record.valid_to else []
    signers = [
        _OWN.signatar(_OWN.navn(name), _OWN.rolle(role), _OWN.signertTidspunkt(at))
        for name, role, at in _signers(entry)
    ]
    return _OWN.avtale(
        _OWN.avtaletype(type_title(entry.agreement.type)),
        _OWN.malversjon(version.template_version or "ukjent"),
        _OWN.malSjekksum(version.template_sha256 or "0" * 64),
        _OWN.gyldigFra(str(entry.record.valid_from)),
        *until,
        _OWN.nesteRevisjon(str(entry.next_review)),
        _OWN.signeringsoppdrag(details["provider_id"] or details["reference"]),
        *signers,
        _OWN.signaturniva(", ".join(f"PAdES-{level}" for level in details["levels"]) or "ingen"),
    )


def _signers(entry: Entry) -> list[tuple[str, str, str]]:
    """Return name, role and time of those who signed; where the file has a provider's seal alone, of the parties."""
    roles = {party["name"]: party["role"] for party in entry.record.details["parties"]}
    signed = [
        (one["signer"], roles.get(one["signer"], "signatar"), written(datetime.fromisoformat(one["at"])))
        for one in entry.record.details["signed"]
        if one["signer"] and one["at"]
    ]
    if any(name in roles for name, _role, _at in signed):
        return signed
    at = written(entry.record.signed_at or entry.record.archived_at)
    return [(name, role, at) for name, role in roles.items()]
