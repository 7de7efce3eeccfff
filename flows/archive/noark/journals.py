"""Write `loependeJournal.xml`, `offentligJournal.xml` and `endringslogg.xml`."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from flows.archive.noark.entries import Entry, Period, written
from flows.archive.noark.structure import XSI, class_of
from flows.register.events import canonical

_BASE = "http://www.arkivverket.no/standarder/noark5/"
_MASK = "*****"
_FIELDS = {"access": "tilgangsrestriksjon", "retention": "kassasjonsvedtak"}


@dataclass(frozen=True, slots=True)
class JournalHeading:
    """What both journals say before their first entry."""

    start: date
    end: date
    entries: int


def write_journals(
    period: Period, heading: JournalHeading, folder: Path, closed: datetime, found: Iterable[Entry]
) -> int:
    """Write both journals and the change log of entries in the order of the journal; return how many changes there are.

    Entries are sorted by year and sequence (krav 6.4.30). The public journal masks what is restricted. The change log
    has the closing of each case, and every change after archiving.
    """
    changes = 0
    with ExitStack() as opened:
        running = opened.enter_context(_journal(folder, period, heading, public=False))
        public = opened.enter_context(_journal(folder, period, heading, public=True))
        log, make = opened.enter_context(_file(folder, "endringslogg"))
        for entry in found:
            running(entry)
            public(entry)
            for one in _changes(make, entry, closed):
                log.write(one)
                changes += 1
    return changes


@contextmanager
def _journal(
    folder: Path, period: Period, heading: JournalHeading, *, public: bool
) -> Iterator[Callable[[Entry], None]]:
    """Give what writes an entry into one of the journals."""
    with _file(folder, "offentligJournal" if public else "loependeJournal") as (file, make):
        creator = make.arkivskaper(make.arkivskaperID(period.creator_number), make.arkivskaperNavn(period.creator))
        dates = [make.journalStartDato(str(heading.start)), make.journalSluttDato(str(heading.end))]
        file.write(make.journalhode(*dates, make.antallJournalposter(str(heading.entries)), creator))
        yield lambda entry: file.write(_registration(make, entry, public=public))


def _changes(make: Any, entry: Entry, closed: datetime) -> Iterator[Any]:
    told = [("saksstatus", closed, "Avtaleflyt", "Under behandling", "Avsluttet")]
    for one in entry.changes:
        before, after = (canonical(one.details[side]).decode() for side in ("before", "after"))
        told.append((_FIELDS[one.details["field"]], one.at, one.actor, before, after))
    for field, at, actor, before, after in told:
        pairs = [("referanseArkivenhet", entry.id_of_case()), ("referanseMetadata", field)]
        pairs += [("endretDato", written(at)), ("endretAv", actor)]
        pairs += [("tidligereVerdi", before), ("nyVerdi", after)]
        yield make.endring(*[make(key, value) for key, value in pairs])


@contextmanager
def _file(folder: Path, name: str) -> Iterator[tuple[Any, Any]]:
    """Open a file of the package below its root element; give it, and what makes its elements."""
    space = _BASE + name
    with etree.xmlfile(str(folder / f"{name}.xml"), encoding="UTF-8") as file:
        file.write_declaration()
        location = {f"{{{XSI}}}schemaLocation": f"{space} {name}.xsd"}
        with file.element(f"{{{space}}}{name}", location, nsmap={None: space, "xsi": XSI}):
            yield file, ElementMaker(namespace=space, nsmap={None: space})


def _registration(make: Any, entry: Entry, *, public: bool) -> Any:
    number, title = class_of(entry.agreement.type)
    record, restricted = entry.record, entry.restricted
    titles = [make.offentligTittel(record.public_title)]
    titles = titles if public else [make.tittel(record.public_title), *titles]
    names = [entry.parties[0], _MASK if public and restricted else entry.parties[1]]
    year = str(record.details["journal"]["year"])
    opened = entry.opened_by
    case_year, case_sequence = (str(opened.details["journal"][name]) for name in ("year", "sequence"))
    of_case = [make.offentligTittel(opened.public_title)]
    of_case = of_case if public else [make.tittel(opened.public_title), *of_case]
    access = [make.tilgangsrestriksjon(restricted[0]), make.skjermingshjemmel(restricted[1])] if restricted else []
    return make.journalregistrering(
        make.klasse(make.klasseID(number), make.tittel(title)),
        make.saksmappe(
            make.mappeID(entry.case_number), make.saksaar(case_year), make.sakssekvensnummer(case_sequence), *of_case
        ),
        make.journalpost(
            make.systemID(entry.id_of("journalpost")),
            make.registreringsID(f"{entry.case_number}-{entry.number}"),
            make.journalaar(year),
            make.journalsekvensnummer(str(entry.sequence)),
            make.journalpostnummer(str(entry.number)),
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
