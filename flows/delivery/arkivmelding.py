"""Build the messages of Fiks Arkiv V1 about one record: `arkivmelding.opprett`, `.oppdater` and `registrering.hent`.

External keys (`referanseEksternNoekkel`) are the record's own ids: an archive that looks them up makes no second case
or entry of a repeated message. Nothing in a message depends on when it is made, so that a repeat has the same bytes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from flows.dates import short_date
from flows.delivery.archive_settings import CodeSetting, MessageSettings
from flows.errors import NotAllowed
from flows.language import translate as _
from flows.register.deliveries import DeliveryMessage
from flows.register.schema import Json

_BASE = "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv/"
_CREATE, _UPDATE = f"{_BASE}arkivmelding/opprett/v1", f"{_BASE}arkivmelding/oppdater/v1"
_LOOKUP, _CATALOGUE = f"{_BASE}registrering/hent/v1", f"{_BASE}metadatakatalog/v1"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TYPE = f"{{{_XSI}}}type"
_E = ElementMaker(namespace=_CREATE, nsmap={None: _CREATE, "m": _CATALOGUE, "xsi": _XSI})
_M = ElementMaker(namespace=_CATALOGUE, nsmap={"m": _CATALOGUE})
_U = ElementMaker(namespace=_UPDATE, nsmap={None: _UPDATE, "o": _CREATE, "m": _CATALOGUE, "xsi": _XSI})
_L = ElementMaker(namespace=_LOOKUP, nsmap={None: _LOOKUP, "m": _CATALOGUE})
TYPE_PREFIX = "no.ks.fiks.arkiv.v1."
_CASE_NUMBER = re.compile(r"((?:19|20)[0-9]{2})[/-]([0-9]{1,8})")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file of a record as a message tells of it.

    `name` is its ASCII name in the message, `shown_name` what it is called for people, `format` PRONOM id and words.
    """

    role: str
    name: str
    shown_name: str
    digest: str
    size: int
    media_type: str
    format: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class EarlierEntry:
    """An entry that the archive has of an earlier version or agreement between the same parties."""

    record_id: str
    system_id: str = ""


@dataclass(frozen=True, slots=True)
class MessageSubject:
    """Everything that an archive is told about a record.

    `case_key` is our key of the case. `case_number` is that of a case that is there already (2026/4711), and
    `known_case` what the archive told of the case that it made earlier (`{system_id, id, …}`). `access` is
    `{level, basis}`. The first of `files` is the main document. `parties` are the names of the two sides.
    """

    record_id: str
    case_key: str
    title: str
    class_id: str
    parties: Sequence[str]
    archived_on: date
    document_date: date
    files: Sequence[MessageFile]
    access: Json = field(default_factory=dict)
    case_number: str = ""
    known_case: Json = field(default_factory=dict)
    earlier: Sequence[EarlierEntry] = ()


def create_message(settings: MessageSettings, subject: MessageSubject) -> DeliveryMessage:
    """Return the message that hands a record over. Raises `NotAllowed` where a person must say which case it is for."""
    parent, case = _case(settings, subject)
    entry = _entry(settings, subject, parent)
    rule = [_E.regel(settings.rule)] if settings.rule else []
    count = _E.antallFiler(str(len(subject.files)))
    tree = _E.arkivmelding(_E.system(settings.system), *rule, count, *([case] if case is not None else []), entry)
    files = [{"role": one.role, "name": one.name, "digest": one.digest, "size": one.size} for one in subject.files]
    return DeliveryMessage(f"{TYPE_PREFIX}arkivering.arkivmelding.opprett", _written(tree), files)


def access_message(settings: MessageSettings, record_id: str, system_id: str, access: Json) -> DeliveryMessage:
    """Return the message that restricts the access to an entry, or lifts the restriction."""
    if access.get("level"):
        change = _U.skjermingOppdateringer(_U.oppdatering(*_restricted(settings, access, _U)))
    else:
        change = _U.skjermingOppdateringer(_U.slett("true"))
    return _update(settings, record_id, system_id, change)


def destroyed_message(settings: MessageSettings, record_id: str, system_id: str, on: date) -> DeliveryMessage:
    """Return the message that notes with an entry that our copy was destroyed; the archive decides about its own."""
    told = f"Dokumentet er kassert i fagsystemet {settings.system} {short_date(on)}."
    note = _U.merknadOppdateringer(_U.ny(_E.merknad(_E.merknadstekst(told))[0]))
    return _update(settings, record_id, system_id, note)


def lookup_message(settings: MessageSettings, record_id: str) -> DeliveryMessage:
    """Return the question for the entry with a record's key."""
    reference = _L.referanseTilRegistrering(_M.referanseEksternNoekkel(*_key(settings, record_id)))
    tree = _L.registreringHent(_L.system(settings.system), reference)
    return DeliveryMessage(f"{TYPE_PREFIX}innsyn.registrering.hent", _written(tree), ())


def parse_case_number(text: str) -> tuple[str, str]:
    """Return year and sequence of a case number such as 2026/4711. Raises `NotAllowed` for anything else."""
    found = _CASE_NUMBER.fullmatch(text.strip())
    if found is None:
        raise NotAllowed(_("A case number is written as 2026/4711."))
    return found[1], found[2].lstrip("0") or "0"


def _update(settings: MessageSettings, record_id: str, system_id: str, change: Any) -> DeliveryMessage:
    entry = _U.registreringOppdateringer(_U.referanseTilRegistrering(*_entry_reference(settings, record_id, system_id)))
    entry.append(change)
    entry.set(_TYPE, "journalpostOppdatering")
    return DeliveryMessage(
        f"{TYPE_PREFIX}arkivering.arkivmelding.oppdater", _written(_U.arkivmeldingOppdatering(entry)), ()
    )


def _case(settings: MessageSettings, subject: MessageSubject) -> tuple[list[Any], Any | None]:
    """Return what refers to the entry's case, and the case itself where the archive may have to make it."""
    if subject.case_number:
        year, sequence = parse_case_number(subject.case_number)
        return [_M.saksnummer(_M.saksaar(year), _M.sakssekvensnummer(sequence))], None
    if settings.case == "number":
        raise NotAllowed(
            _("The case says no number of a case in the archive: `avtaleflyt deliver ID --again --case 2026/4711`.")
        )
    if settings.case == "folder_id":
        return [_M.mappeID(settings.folder_id)], None
    key = _M.referanseEksternNoekkel(*_key(settings, subject.case_key))
    if subject.known_case.get("system_id"):
        return [_M.systemID(subject.known_case["system_id"]), key], None
    return [key], _new_case(settings, subject)


def _new_case(settings: MessageSettings, subject: MessageSubject) -> Any:
    system = [_E.klassifikasjonssystemID(settings.classification_system)] if settings.classification_system else []
    optional = [
        *([_E.arkivdel(*_code(settings.archive_part))] if settings.archive_part else []),
        *_restriction(settings, subject.access),
        _E.klassifikasjon(*system, _E.klasseID(settings.class_id or subject.class_id)),
        _E.referanseEksternNoekkel(*_key(settings, subject.case_key)),
        _E.saksdato(str(subject.archived_on)),
    ]
    who = [_M.navn(settings.responsible)] if settings.responsible else []
    who += [_M.initialer(settings.responsible_initials)] if settings.responsible_initials else []
    title = _plain(subject.title)
    case = _E.mappe(
        _E.tittel(title),
        _E.offentligTittel(title),
        *optional,
        *([_E.administrativEnhet(_M.navn(settings.unit))] if settings.unit else []),
        *([_E.saksansvarlig(*who)] if who else []),
        *([_E.journalenhet(settings.journal_unit)] if settings.journal_unit else []),
        *([_E.saksstatus(*_code(settings.case_status))] if settings.case_status else []),
    )
    case.set(_TYPE, "saksmappe")
    return case


def _entry(settings: MessageSettings, subject: MessageSubject, parent: list[Any]) -> Any:
    title = _plain(subject.title)
    names = [_plain(one) for one in subject.parties]
    sides = [("EA", "Avsender", names[0]), ("EM", "Mottaker", names[-1])]
    entry = _E.registrering(
        _E.referanseForelderMappe(*parent),
        *_restriction(settings, subject.access),
        *[_document(settings, subject, number, one) for number, one in enumerate(subject.files, start=1)],
        _E.tittel(title),
        _E.offentligTittel(title),
        *[
            _E.kryssreferanse(
                _E.referanseTilRegistrering(*_entry_reference(settings, one.record_id, one.system_id)),
            )
            for one in subject.earlier
        ],
        *[
            _E.korrespondansepart(
                _E.korrespondanseparttype(_M.kode(code), _M.beskrivelse(said)), _E.korrespondansepartNavn(name)
            )
            for code, said, name in sides
        ],
        _E.referanseEksternNoekkel(*_key(settings, subject.record_id)),
        _E.journalposttype(*_code(settings.entry_type)),
        _E.journalstatus(*_code(settings.entry_status)),
        _E.dokumentetsDato(str(subject.document_date)),
        *([_E.journalenhet(settings.journal_unit)] if settings.journal_unit else []),
    )
    entry.set(_TYPE, "journalpost")
    return entry


def _document(settings: MessageSettings, subject: MessageSubject, number: int, file: MessageFile) -> Any:
    main = number == 1
    kind = settings.document_type if main else settings.attachment_type
    format_ = [_E.format(_M.kode(file.format[0]), _M.beskrivelse(file.format[1]))] if file.format else []
    return _E.dokumentbeskrivelse(
        _E.dokumenttype(*_code(kind)),
        _E.dokumentstatus(*_code(settings.document_status)),
        _E.tittel(_plain(subject.title) if main else file.shown_name),
        _E.tilknyttetRegistreringSom(*(_named("H", "Hoveddokument") if main else _named("V", "Vedlegg"))),
        _E.dokumentnummer(str(number)),
        _E.dokumentobjekt(
            _E.versjonsnummer("1"),
            _E.variantformat(*_code(settings.variant if main else settings.attachment_variant)),
            *format_,
            _E.mimeType(file.media_type),
            _E.filnavn(file.shown_name),
            _E.referanseDokumentfil(file.name),
            _E.sjekksum(file.digest),
            _E.sjekksumAlgoritme("SHA256"),
            _E.filstoerrelse(str(file.size)),
        ),
        _E.referanseEksternNoekkel(*_key(settings, f"{subject.record_id}/{number}")),
    )


def _restriction(settings: MessageSettings, access: Json) -> list[Any]:
    """Return the restriction of a case or entry; nothing for a record that is open."""
    return [_E.skjerming(*_restricted(settings, access, _E))] if access.get("level") else []


def _restricted(settings: MessageSettings, access: Json, maker: Any) -> list[Any]:
    level, basis = str(access["level"]), _plain(str(access["basis"]))
    code = settings.access_codes.get(level, level)
    return [maker.tilgangsrestriksjon(*_named(code, level)), maker.skjermingshjemmel(basis)]


def _entry_reference(settings: MessageSettings, record_id: str, system_id: str) -> list[Any]:
    system = [_M.systemID(system_id)] if system_id else []
    return [*system, _M.referanseEksternNoekkel(*_key(settings, record_id))]


def _code(setting: CodeSetting) -> list[Any]:
    return _named(setting.code, setting.name)


def _named(code: str, name: str) -> list[Any]:
    return [_M.kode(code), *([_M.beskrivelse(name)] if name else [])]


def _key(settings: MessageSettings, value: str) -> list[Any]:
    return [_M.fagsystem(settings.system), _M.noekkel(value)]


def _plain(text: str) -> str:
    """Return a text without the characters that XML does not have."""
    return _NOT_XML.sub("", text).strip() or "-"


def _written(tree: Any) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8"))
