"""The package: written below a name that says that it is unfinished, judged, and only then given its own name."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flows.archive.noark.description import write_description
from flows.archive.noark.entries import Period, entries
from flows.archive.noark.journals import write_changes, write_journal
from flows.archive.noark.selfcheck import Finding, check_package
from flows.archive.noark.structure import write_structure
from flows.archive.store import Store
from flows.errors import ComponentMissing, NotFound, WrongUse
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


def export_noark(register: Register, store: Store, period: Period, folder: Path) -> list[Finding]:
    """Write the extract of a period to `folder`, and return what the self-check found: nothing, if it is finished.

    With findings the package stays below `<folder>.unfinished`. Memory does not grow with the number of records.
    Raises `WrongUse` where the folder is there, `NotFound` where the period is empty, `ComponentMissing` where a schema
    is missing, `StoreDamaged` where a file is not what it was.
    """
    if folder.exists():
        raise WrongUse(f"{folder} is there already: an extract is never written over another.")
    schemas = find_schemas(period.schemas)
    draft = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "DOKUMENT").mkdir(parents=True)
    for name, path in schemas.items():
        shutil.copyfile(path, draft / name)
    closed = register.clock()
    facts = {"restricted": False, "disposal": False, "disposed": False}
    for entry in entries(register, period):
        facts["restricted"] |= entry.restricted is not None
        facts["disposal"] |= entry.record.details["retention"]["verdict"] == "Kasseres"
        facts["disposed"] |= entry.destroyed is not None
        for file, _number, name in entry.documents():
            with (draft / name).open("wb") as target:
                for piece in store.stream(file.digest):
                    target.write(piece)
    counts = _write(register, period, draft, closed)
    if not counts["mappe"]:
        shutil.rmtree(draft)
        raise NotFound(f"Nothing was archived in {period.year}: there is nothing to export.")
    write_description(draft, period, counts, **facts)
    found = list(check_package(draft, period.schemas))
    if not found:
        draft.rename(folder)
        with register.write() as transaction:
            details = {"year": period.year, "records": counts["mappe"], "form": "noark5"}
            transaction.note("exported", None, "Noark 5 extract", details)
    return found


def find_schemas(folder: Path) -> dict[str, Path]:
    """Return the official schemas by their names in a package, wherever below the folder they lie."""
    found = {name: path for name, published in SCHEMAS.items() for path in _lying(folder, name, published)}
    missing = sorted(SCHEMAS.keys() - found.keys())
    if missing:
        raise ComponentMissing(
            f"Schemas for the Noark extract are missing: put {', '.join(missing)} into a folder and name it in "
            "AVTALEFLYT_NOARK_SCHEMAS."
        )
    return found


def _lying(folder: Path, name: str, published: str) -> Iterator[Path]:
    wanted = [*folder.rglob(name), *folder.rglob(published)]
    # Of schemas that share a name, those of Noark 5 lie beside arkivstruktur.xsd and endringslogg.xsd.
    beside = [path for path in wanted if (path.parent / "endringslogg.xsd").exists()]
    yield from (beside or wanted)[:1]


def _write(register: Register, period: Period, draft: Path, closed: datetime) -> dict[str, int]:
    cases, documents = write_structure(register, period, draft / "arkivstruktur.xml", closed)
    if not cases:
        return {"mappe": 0}
    changed = write_changes(register, period, draft / "endringslogg.xml", closed)
    write_journal(register, period, draft / "loependeJournal.xml", cases, public=False)
    write_journal(register, period, draft / "offentligJournal.xml", cases, public=True)
    return {"mappe": cases, "registrering": cases, "endring": changed, "filer": documents}
