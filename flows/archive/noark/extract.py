"""Export a period as a Noark 5 package: write it as `….unfinished`, check it, rename it when nothing is found."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flows.archive.atomic_folder import check_absent, new_draft
from flows.archive.noark.description import write_description
from flows.archive.noark.entries import Entry, ListedRecord, Period, entries, listed
from flows.archive.noark.journals import JournalHeading, write_journals
from flows.archive.noark.own_metadata import OWN_SCHEMA, with_types
from flows.archive.noark.selfcheck import PackageFinding, check_package
from flows.archive.noark.structure import write_structure
from flows.archive.store import Store
from flows.errors import ComponentMissing, NotFound
from flows.language import translate as _
from flows.register import Register

SCHEMAS = {
    "arkivstruktur.xsd": "arkivstruktur.xsd",
    "metadatakatalog.xsd": "metadatakatalog.xsd",
    "endringslogg.xsd": "endringslogg.xsd",
    "loependeJournal.xsd": "loependeJournal.xsd",
    "offentligJournal.xsd": "offentligJournal.xsd",
    "avtalemetadata.xsd": "avtalemetadata.xsd",
    "addml.xsd": "addml-v8.3.xsd",
}
"""Name in the package, and the name that the file is published under."""


def export_noark(register: Register, store: Store, period: Period, folder: Path) -> list[PackageFinding]:
    """Write the extract of a period to `folder`, and return what the self-check found: nothing, if it is finished.

    With findings the package stays as `<folder>.unfinished`. Memory does not grow with the number of records.
    Raises `WrongUse` where one of the two folders is there, `NotFound` where the period is empty, `ComponentMissing`
    where a schema is missing, `StoreDamaged` where a file is not what it was.
    """
    check_absent(folder)
    schemas = find_schemas(period.schemas)
    chosen = listed(register, period)
    if not chosen:
        raise NotFound(_("Nothing was archived in {year}: there is nothing to export.").format(year=period.year))
    draft = new_draft(folder)
    try:
        _write_package(register, store, period, draft, schemas, chosen)
        found = list(check_package(draft, period.schemas))
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    if not found:
        with register.write() as transaction:
            details = {"year": period.year, "records": len(chosen), "form": "noark5"}
            transaction.note("exported", None, "Noark 5 extract", details)
        draft.rename(folder)
    return found


def _write_package(
    register: Register,
    store: Store,
    period: Period,
    draft: Path,
    schemas: Mapping[str, Path],
    chosen: Sequence[ListedRecord],
) -> None:
    """Write every file of the package about the chosen records."""
    (draft / "DOKUMENT").mkdir()
    for name, path in schemas.items():
        shutil.copyfile(path, draft / name)
    kinds = {one.type for one in chosen}
    (draft / OWN_SCHEMA).write_bytes(with_types(schemas[OWN_SCHEMA].read_bytes(), kinds))
    cases = list(dict.fromkeys(one.case_of for one in chosen))
    places = {case: place for place, case in enumerate(cases)}
    by_case = sorted(chosen, key=lambda one: places[one.case_of])
    closed = register.clock()
    said = _Said()
    write_structure(
        period,
        draft / "arkivstruktur.xml",
        closed,
        kinds,
        lambda kind: _told(entries(register, (one for one in by_case if one.type == kind)), store, draft, said),
    )
    start, end = (period.start, period.end) if period.journal == "period" else (min(said.days), max(said.days))
    heading = JournalHeading(start, end, len(chosen))
    changed = write_journals(period, heading, draft, closed, entries(register, chosen))
    counts = {"mappe": len(cases), "registrering": len(chosen), "endring": changed, "filer": said.documents}
    flags = {"restricted": said.restricted, "disposal": said.disposal, "disposed": said.disposed}
    write_description(draft, period, counts, **flags)


@dataclass
class _Said:
    """What the description says about the entries that have passed."""

    documents: int = 0
    restricted: bool = False
    disposal: bool = False
    disposed: bool = False
    days: set[date] = field(default_factory=set)


def _told(found: Iterable[Entry], store: Store, draft: Path, said: _Said) -> Iterator[Entry]:
    """Pass entries on; put the documents of each into the package and note what the description will say."""
    for entry in found:
        for file, _number, name in entry.documents():
            with (draft / name).open("wb") as target:
                for piece in store.stream(file.digest):
                    target.write(piece)
            said.documents += 1
        said.restricted |= entry.restricted is not None
        said.disposal |= entry.record.details["retention"]["verdict"] == "Kasseres"
        said.disposed |= entry.destroyed is not None
        said.days.add(entry.day)
        yield entry


def find_schemas(folder: Path) -> dict[str, Path]:
    """Return the official schemas by their names in a package, wherever below the folder they lie."""
    found = {name: path for name, published in SCHEMAS.items() for path in _lying(folder, name, published)}
    missing = sorted(SCHEMAS.keys() - found.keys())
    if missing:
        raise ComponentMissing(
            _(
                "Schemas for the Noark extract are missing: put {missing} into a folder and name it "
                "in AVTALEFLYT_NOARK_SCHEMAS."
            ).format(missing=", ".join(missing))
        )
    return found


def _lying(folder: Path, name: str, published: str) -> Iterator[Path]:
    wanted = [*folder.rglob(name), *folder.rglob(published)]
    # Of schemas that share a name, those of Noark 5 lie beside arkivstruktur.xsd and endringslogg.xsd.
    beside = [path for path in wanted if (path.parent / "endringslogg.xsd").exists()]
    yield from (beside or wanted)[:1]
