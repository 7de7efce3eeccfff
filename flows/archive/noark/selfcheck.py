"""Judging a Noark 5 package by the 28 rules that Arkade 5 errs or counts on, each a finding here.

It knows the standard and the official schemas, and nothing of the exporter: it reads the package as a depot would.
Files are read as streams. Rule ids are Arkade's (`N5.xx`); `KRAV` and `OWN` are the standard's and our own demands.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from flows.archive.noark.journal_rules import check_changes, check_journals, read_journal
from flows.archive.noark.reading import Finding, files_below, local, stream, values
from flows.archive.noark.seen import Seen

__all__ = ["Finding", "check_package"]

_JOURNALS = ("loependeJournal", "offentligJournal")
_XML = ("arkivstruktur", "endringslogg", *_JOURNALS)
_ADDML = "{http://www.arkivverket.no/standarder/addml}"
_CASE = {"Avsluttet", "Utgår"}
_ENTRY = {"Arkivert", "Utgår"}
_LISTS = {
    "arkivstatus": {"Avsluttet"},
    "arkivdelstatus": {"Avsluttet periode"},
    "korrespondanseparttype": {
        *("Avsender", "Mottaker", "Kopimottaker", "Gruppemottaker", "Intern avsender", "Intern mottaker"),
    },
    "variantformat": {"Produksjonsformat", "Arkivformat", "Dokument hvor deler av innholdet er skjermet"},
    "sjekksumAlgoritme": {"SHA-256", "SHA256"},
    "tilknyttetRegistreringSom": {"Hoveddokument", "Vedlegg"},
}


def check_package(folder: Path, schemas: Path) -> Iterator[Finding]:
    """Yield everything that is wrong with the package in a folder; `schemas` holds the official schemas."""
    try:
        addml = etree.parse(folder / "arkivuttrekk.xml")
    except (OSError, etree.XMLSyntaxError) as error:
        yield Finding("N5.01", "arkivuttrekk.xml", f"cannot be read: {type(error).__name__}")
        return
    yield from _check_description(folder, addml, schemas)
    missing = [name for name in _XML if not (folder / f"{name}.xml").exists()]
    for name in missing:
        yield Finding("N5.01", f"{name}.xml", "is missing")
    if missing:
        return
    for name in _XML:
        yield from _check_schema(folder, name)
    with Seen() as seen:
        try:
            yield from _check_structure(folder, addml, seen)
            running, public = (read_journal(folder / f"{name}.xml", seen) for name in _JOURNALS)
            yield from check_journals(running, public, seen, sharp=_value(addml, "inngaaendeSkille") == "skarpt")
            yield from check_changes(folder / "endringslogg.xml", seen)
        except etree.XMLSyntaxError as error:
            yield Finding("N5.03", "package", f"cannot be read to its end: {error.msg}")
            return
        yield from _check_files(folder, addml, seen)


def _check_description(folder: Path, addml: Any, schemas: Path) -> Iterator[Finding]:
    official = {path.name: path for path in schemas.rglob("addml*.xsd")}
    schema = official.get("addml.xsd") or official.get("addml-v8.3.xsd")
    if schema is None:
        yield Finding("N5.03", "arkivuttrekk.xml", "not checked: addml.xsd is missing among the official schemas")
    elif not etree.XMLSchema(etree.parse(schema)).validate(addml):
        yield Finding("N5.03", "arkivuttrekk.xml", "does not follow addml.xsd")
    described = set()
    for one in addml.iter(f"{_ADDML}property"):
        if one.get("name") != "file":
            continue
        name = _inner(one, "name")
        described.add(name)
        path = folder / name
        if not path.exists():
            yield Finding("N5.01", name, "is described but missing")
            continue
        algorithm, value = _inner(one, "checksum/algorithm"), _inner(one, "checksum/value")
        if not algorithm and name == "metadatakatalog.xsd":
            continue  # described at its first mention
        if algorithm not in {"SHA-256", "SHA256"} or value.lower() != _sha256(path):
            yield Finding("N5.02", name, "its checksum is missing or differs")
    for path in sorted(folder.glob("*.x[ms][ld]")):
        if path.name not in described | {"arkivuttrekk.xml", "addml.xsd"}:
            yield Finding("N5.01", path.name, "lies in the package and is not described")
        if path.suffix == ".xsd":
            same = {_sha256(one) for one in schemas.rglob("*.xsd")}
            if _sha256(path) not in same:
                yield Finding("N5.03", path.name, "is not the official schema (krav 6.4.18)")
    if _value(addml, "inneholderSkjermetInformasjon") == "":
        yield Finding("N5.42", "arkivuttrekk.xml", "does not say whether anything is restricted")


def _check_schema(folder: Path, name: str) -> Iterator[Finding]:
    """Validate a file as it streams, against the schemas in the package (own metadata included)."""
    spaces = [(f"http://www.arkivverket.no/standarder/noark5/{name}", folder / f"{name}.xsd")]
    if name == "arkivstruktur":
        spaces.append(("urn:avtale:virksomhetsspesifikkemetadata:1", folder / "avtalemetadata.xsd"))
    imports = "".join(
        f'<xs:import namespace="{space}" schemaLocation="{path.resolve().as_uri()}"/>' for space, path in spaces
    )
    try:
        schema = etree.XMLSchema(
            etree.fromstring(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>')
        )
        for _element, _path in stream(folder / f"{name}.xml", ("mappe", "endring", "journalregistrering"), schema):
            pass
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        yield Finding("N5.03", f"{name}.xml", str(error.msg)[:200])


def _check_structure(folder: Path, addml: Any, seen: Seen) -> Iterator[Finding]:
    path = folder / "arkivstruktur.xml"
    for kind, parent in stream(path, ("mappe", "klasse", "systemID", "arkivstatus", "arkivdelstatus")):
        name = local(kind)
        if name == "mappe":
            seen.cases += 1
            yield from _check_case(kind, seen)
        elif name == "systemID":
            if parent != "inside":
                yield from _check_id(kind.text or "", seen)
        elif name == "klasse":
            children = set(kind.get("children", "").split())
            if {"klasse", "mappe"} <= children:
                yield Finding("N5.12", "klasse", "has both subclasses and folders")
            if {"klasse", "registrering"} <= children:
                yield Finding("N5.19", "klasse", "has both subclasses and registrations")
        elif kind.text not in _LISTS[name]:
            yield Finding("OWN", name, f"says «{kind.text}»")
    stated = {one: _count(addml, one) for one in ("mappe", "registrering")}
    for rule, what, found in (("N5.10", "mappe", seen.cases), ("N5.16", "registrering", seen.entries)):
        if stated[what] != found:
            yield Finding(rule, what, f"{stated[what]} are stated, {found} are there")
    for rule, flag, element in (
        ("N5.42", "inneholderSkjermetInformasjon", "skjerming"),
        ("N5.44", "inneholderDokumenterSomSkalKasseres", "kassasjon"),
        ("N5.45", "omfatterDokumenterSomErKassert", "utfoertKassasjon"),
    ):
        if (_value(addml, flag) == "true") != (element in seen.present):
            yield Finding(rule, flag, f"does not agree with whether there is any {element}")


def _check_id(said: str, seen: Seen) -> Iterator[Finding]:
    if not seen.add_id(said):
        yield Finding("N5.47", said, "is used twice")


def _check_case(case: Any, seen: Seen) -> Iterator[Finding]:
    place = f"mappe {next(values(case, 'mappeID'), '')}"
    for one in case.iter():
        name = local(one)
        seen.present.add(name)
        if len(one) == 0 and not (one.text or "").strip():
            yield Finding("N5.63", place, f"{name} is empty")
        if name == "systemID":
            yield from _check_id(one.text or "", seen)
        if name in _LISTS and one.text not in _LISTS[name]:
            yield Finding("OWN", place, f"{name} says «{one.text}»")
        if name == "kassasjonsvedtak" and one.text != "Kasseres":
            yield Finding("N5.44", place, f"the verdict «{one.text}» does not belong in a deposit")
    if not set(values(case, "saksstatus")) <= _CASE or not list(values(case, "saksstatus")):
        yield Finding("N5.15", place, "saksstatus is not Avsluttet or Utgår")
    registrations = [one for one in case if local(one) == "registrering"]
    if not registrations and not any(local(one) == "mappe" for one in case):
        yield Finding("N5.14", place, "holds nothing")
    for one in registrations:
        yield from _check_entry(one, place, seen)


def _check_entry(entry: Any, place: str, seen: Seen) -> Iterator[Finding]:
    seen.add_entry(next(values(entry, "systemID"), ""), _hidden(entry), values(entry, "journaldato"))
    if not list(values(entry, "journalposttype")):
        yield Finding("N5.17", place, "journalposttype is missing")
    if not set(values(entry, "journalstatus")) <= _ENTRY or not list(values(entry, "journalstatus")):
        yield Finding("N5.22", place, "journalstatus is not Arkivert or Utgår")
    documents = [one for one in entry if local(one) == "dokumentbeskrivelse"]
    if not documents:
        yield Finding("N5.21", place, "an entry has no document")
    mains = [one for one in documents if "Hoveddokument" in values(one, "tilknyttetRegistreringSom")]
    if documents and len(mains) != 1:
        yield Finding("N5.17", place, "an entry has not exactly one Hoveddokument")
    for one in documents:
        names = [local(child) for child in one]
        if "dokumentobjekt" not in names and "utfoertKassasjon" not in names:
            yield Finding("N5.24", place, "a document has no object")
        if list(values(one, "dokumentstatus")) != ["Dokumentet er ferdigstilt"]:
            yield Finding("N5.25", place, "dokumentstatus is not «Dokumentet er ferdigstilt»")
        for file in (child for child in one if local(child) == "dokumentobjekt"):
            yield from _check_object(file, place, seen)


def _hidden(entry: Any) -> Iterator[str]:
    """Yield what the public journal may not show of an entry: what its restriction masks (M502)."""
    masked = {said for one in entry if local(one) == "skjerming" for said in values(one, "skjermingMetadata")}
    if any(said.startswith("Skjerming tittel registrering") for said in masked):
        yield from values(entry, "tittel")
    for one in entry:
        kind = next(values(one, "korrespondanseparttype"), "") if local(one) == "korrespondansepart" else ""
        if kind and f"Skjerming navn {kind.lower()}" in masked:
            yield from values(one, "korrespondansepartNavn")


def _check_object(file: Any, place: str, seen: Seen) -> Iterator[Finding]:
    name = next(values(file, "referanseDokumentfil"), "")
    if not seen.add_file(name):
        yield Finding("N5.34", place, f"{name} is referred to more than once")
    folder = Path(str(file.getroottree().docinfo.URL or "")).parent if file.getroottree().docinfo.URL else None
    path = (folder or Path()) / name
    if Path(name).is_absolute() or ".." in Path(name).parts or not path.is_file():
        yield Finding("N5.32", place, f"{name} is missing")
        return
    if _sha256(path) != next(values(file, "sjekksum"), "").lower():
        yield Finding("N5.30", place, f"{name} has another checksum")
    size = path.stat().st_size
    if size == 0 or str(size) != next(values(file, "filstoerrelse"), ""):
        yield Finding("N5.64", place, f"{name} is empty, or its size differs")


def _check_files(folder: Path, addml: Any, seen: Seen) -> Iterator[Finding]:
    root = next((folder / name for name in ("DOKUMENT", "dokumenter") if (folder / name).is_dir()), None)
    count = 0
    for path in files_below(root) if root else ():
        count += 1
        name = path.relative_to(folder).as_posix()
        if not seen.knows_file(name):
            yield Finding("N5.33", name, "is not referred to")
    if str(count) != _value(addml, "antallDokumentfiler"):
        yield Finding("N5.28", "DOKUMENT", f"{count} files are there")


def _value(addml: Any, name: str) -> str:
    return str(addml.findtext(f".//{_ADDML}property[@name='{name}']/{_ADDML}value") or "")


def _count(addml: Any, what: str) -> int:
    for one in addml.iter(f"{_ADDML}property"):
        if one.get("name") == "numberOfOccurrences" and one.findtext(f"{_ADDML}value") == what:
            return int(_inner(one, "value") or -1)
    return -1


def _inner(one: Any, path: str) -> str:
    steps = "/".join(f"{_ADDML}properties/{_ADDML}property[@name='{name}']" for name in path.split("/"))
    return str(one.findtext(f"{steps}/{_ADDML}value") or "")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
