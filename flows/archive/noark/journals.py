"""`loependeJournal.xml`, `offentligJournal.xml` and `endringslogg.xml`."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from flows.archive.noark.entries import Entry, Period, changes, entries, written
from flows.archive.noark.structure import CLASSES, XSI
from flows.register import Register
from flows.register.events import canonical

_BASE = "http://www.arkivverket.no/standarder/noark5/"
_MASK = "*****"
_FIELDS = {"access": "tilgangsrestriksjon", "retention": "kassasjonsvedtak"}


def journal_dates(register: Register, period: Period) -> tuple[date, date]:
    """Return the first and last day of the journals: the period's, or the first and last entry's where so set."""
    if period.journal == "period":
        return period.start, period.end
    days = [entry.day for entry in entries(register, period)]
    return min(days), max(days)


def write_journal(register: Register, period: Period, path: Path, count: int, *, public: bool) -> None:
    """Write the journal of all entries, by year and sequence (krav 6.4.30). The public one masks what is restricted."""
    name = "offentligJournal" if public else "loependeJournal"
    start, end = journal_dates(register, period)
    with etree.xmlfile(str(path), encoding="UTF-8") as file:
        make = _open(file, name)
        with file.element(f"{{{_BASE}{name}}}{name}", _location(name), nsmap={None: _BASE + name, "xsi": XSI}):
            creator = make.arkivskaper(make.arkivskaperID(period.creator_number), make.arkivskaperNavn(period.creator))
            dates = [make.journalStartDato(str(start)), make.journalSluttDato(str(end))]
            file.write(make.journalhode(*dates, make.antallJournalposter(str(count)), creator))
            for entry in entries(register, period):
                file.write(_registration(make, entry, public=public))


def write_changes(register: Register, period: Period, path: Path, closed: datetime) -> int:
    """Write the change log: the closing of each case, and every change after archiving; return how many."""
    count = 0
    with etree.xmlfile(str(path), encoding="UTF-8") as file:
        make = _open(file, "endringslogg")
        space = _BASE + "endringslogg"
        root = f"{{{space}}}endringslogg"
        with file.element(root, _location("endringslogg"), nsmap={None: space, "xsi": XSI}):
            for entry in entries(register, period):
                told = [("saksstatus", closed, "Avtaleflyt", "Under behandling", "Avsluttet")]
                for one in changes(register, entry):
                    before, after = (canonical(one.details[side]).decode() for side in ("before", "after"))
                    told.append((_FIELDS[one.details["field"]], one.at, one.actor, before, after))
                for field, at, actor, before, after in told:
                    pairs = [("referanseArkivenhet", entry.id_of("mappe")), ("referanseMetadata", field)]
                    pairs += [("endretDato", written(at)), ("endretAv", actor)]
                    pairs += [("tidligereVerdi", before), ("nyVerdi", after)]
                    file.write(make.endring(*[make(key, value) for key, value in pairs]))
                    count += 1
    return count


def _open(file: Any, name: str) -> Any:
    file.write_declaration()
    return ElementMaker(namespace=_BASE + name, nsmap={None: _BASE + name})


def _location(name: str) -> dict[str, str]:
    return {f"{{{XSI}}}schemaLocation": f"{_BASE}{name} {name}.xsd"}


def _registration(make: Any, entry: Entry, *, public: bool) -> Any:
    number, title = CLASSES[entry.agreement.type]
    record, restricted = entry.record, entry.restricted
    titles = [make.offentligTittel(record.public_title)]
    titles = titles if public else [make.tittel(record.public_title), *titles]
    names = [entry.parties[0], _MASK if public and restricted else entry.parties[1]]
    year = str(record.details["journal"]["year"])
    access = [make.tilgangsrestriksjon(restricted[0]), make.skjermingshjemmel(restricted[1])] if restricted else []
    return make.journalregistrering(
        make.klasse(make.klasseID(number), make.tittel(title)),
        make.saksmappe(
            make.mappeID(entry.case_number), make.saksaar(year), make.sakssekvensnummer(str(entry.sequence)), *titles
        ),
        make.journalpost(
            make.systemID(entry.id_of("journalpost")),
            make.registreringsID(f"{entry.case_number}-1"),
            make.journalaar(year),
            make.journalsekvensnummer(str(entry.sequence)),
            make.journalpostnummer("1"),
            *_copied(make, titles),
            make.journaldato(str(entry.day)),
            *access,
            *[
                make.korrespondansepart(make.korrespondanseparttype(side), make.korrespondansepartNavn(name))
                for side, name in zip(("Avsender", "Mottaker"), names, strict=True)
            ],
        ),
    )


def _copied(make: Any, titles: list[Any]) -> list[Any]:
    return [make(etree.QName(one).localname, one.text) for one in titles]
