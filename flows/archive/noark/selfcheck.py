"""Check a Noark 5 package against the 28 rules that Arkade 5 reports errors or counts for.

It knows the standard and the official schemas, and nothing of the exporter: it reads the package as a depot would.
Files are read as streams. Rule ids are Arkade's (`N5.xx`); `KRAV` and `OWN` are the standard's and our own demands.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from flows.archive.noark.description_rules import FLAGS, check_description, count_of, sha256_of, value_of
from flows.archive.noark.journal_rules import check_changes, check_journals, empty_elements, read_journal
from flows.archive.noark.selfcheck_index import SelfcheckIndex
from flows.archive.noark.streaming_reader import PackageFinding, files_below, local, stream, values
from flows.language import translate as _

__all__ = ["PackageFinding", "check_package"]

_JOURNALS = ("loependeJournal", "offentligJournal")
_XML = ("arkivstruktur", "endringslogg", *_JOURNALS)
_CASE = {"Avsluttet", "Utgår"}
_ENTRY = {"Arkivert", "Utgår"}
_LISTS = {
    "arkivstatus": {"Avsluttet"},
    "arkivdelstatus": {"Avsluttet periode"},
    "dokumentmedium": {"Fysisk arkiv", "Elektronisk arkiv", "Blandet fysisk og elektronisk arkiv"},
    "tilgangsrestriksjon": {"Unntatt offentlighet", "Personalsaker", "Klientsaker"},
    "skjermingDokument": {"Skjerming av hele dokumentet", "Skjerming av deler av dokumentet"},
    "elektroniskSignaturVerifisert": {"Signatur påført, ikke verifisert", "Signatur påført og verifisert"},
    "journalposttype": {
        *("Inngående dokument", "Utgående dokument", "Saksframlegg"),
        *("Organinternt dokument for oppfølging", "Organinternt dokument uten oppfølging"),
    },
    "elektroniskSignaturSikkerhetsnivaa": {
        *("Symmetrisk kryptert", "Sendt med PKI/virksomhetssertifikat"),
        *("Sendt med PKI/«person standard»-sertifikat", "Sendt med PKI/«person høy»-sertifikat"),
    },
    "korrespondanseparttype": {
        *("Avsender", "Mottaker", "Kopimottaker", "Gruppemottaker", "Intern avsender", "Intern mottaker"),
    },
    "variantformat": {"Produksjonsformat", "Arkivformat", "Dokument hvor deler av innholdet er skjermet"},
    "sjekksumAlgoritme": {"SHA-256", "SHA256"},
    "tilknyttetRegistreringSom": {"Hoveddokument", "Vedlegg"},
    "kassasjonsvedtak": {"Kasseres"},  # no other verdict belongs in a deposit (chapter 070)
}
_OWNED = {"sjekksumAlgoritme": "N5.30", "kassasjonsvedtak": "N5.44"}
"""Rules of Arkade's that own a list; the rest are ours."""


_STREAMED = (
    *("mappe", "klasse", "systemID", "arkivstatus", "arkivdelstatus", "dokumentmedium"),
    *("skjerming", "kassasjon", "kassasjonsvedtak", "utfoertKassasjon"),
)


def check_package(folder: Path, schemas: Path) -> Iterator[PackageFinding]:
    """Yield everything that is wrong with the package in a folder; `schemas` holds the official schemas."""
    try:
        addml = etree.parse(folder / "arkivuttrekk.xml")
    except (OSError, etree.XMLSyntaxError) as error:
        yield PackageFinding("N5.01", "arkivuttrekk.xml", _("cannot be read: {name}").format(name=type(error).__name__))
        return
    yield from check_description(folder, addml, schemas)
    missing = [name for name in _XML if not (folder / f"{name}.xml").exists()]
    for name in missing:
        yield PackageFinding("N5.01", f"{name}.xml", _("is missing"))
    if missing:
        return
    for name in _XML:
        yield from _check_schema(folder, name)
    with SelfcheckIndex() as seen:
        try:
            yield from _check_structure(folder, addml, seen)
            running, public = (read_journal(folder / f"{name}.xml", seen) for name in _JOURNALS)
            yield from check_journals(running, public, seen, sharp=value_of(addml, "inngaaendeSkille") == "skarpt")
            yield from check_changes(folder / "endringslogg.xml", seen, count_of(addml, "endring"))
        except etree.XMLSyntaxError as error:
            yield PackageFinding("N5.03", "package", _("cannot be read to its end: {msg}").format(msg=error.msg))
            return
        yield from _check_files(folder, addml, seen)


def _check_schema(folder: Path, name: str) -> Iterator[PackageFinding]:
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
        yield PackageFinding("N5.03", f"{name}.xml", str(error)[:200])


def _check_structure(folder: Path, addml: Any, seen: SelfcheckIndex) -> Iterator[PackageFinding]:
    path, empty = folder / "arkivstruktur.xml", Counter[str]()
    for kind, parent in stream(path, _STREAMED, empty=empty):
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
                yield PackageFinding("N5.12", "klasse", _("has both subclasses and folders"))
            if {"klasse", "registrering"} <= children:
                yield PackageFinding("N5.19", "klasse", _("has both subclasses and registrations"))
        else:
            seen.present.add(name)
            yield from _check_value(kind, name)
    yield from empty_elements(path.name, empty)
    stated = {one: count_of(addml, one) for one in ("mappe", "registrering")}
    for rule, what, found in (("N5.10", "mappe", seen.cases), ("N5.16", "registrering", seen.entries)):
        if stated[what] != found:
            yield PackageFinding(
                rule, what, _("{stated} are stated, {found} are there").format(stated=stated[what], found=found)
            )
    for rule, flag, element in FLAGS:
        if (value_of(addml, flag) == "true") != (element in seen.present):
            yield PackageFinding(
                rule, flag, _("does not agree with whether there is any {element}").format(element=element)
            )


def _check_id(said: str, seen: SelfcheckIndex) -> Iterator[PackageFinding]:
    if not seen.add_id(said):
        yield PackageFinding("N5.47", said, _("is used twice"))


def _check_case(case: Any, seen: SelfcheckIndex) -> Iterator[PackageFinding]:
    place = f"mappe {next(values(case, 'mappeID'), '')}"
    for one in case.iter():
        name = local(one)
        seen.present.add(name)
        if name == "systemID":
            yield from _check_id(one.text or "", seen)
        yield from _check_value(one, place)
    if not set(values(case, "saksstatus")) <= _CASE or not list(values(case, "saksstatus")):
        yield PackageFinding("N5.15", place, _("saksstatus is not Avsluttet or Utgår"))
    registrations = [one for one in case if local(one) == "registrering"]
    if not registrations and not any(local(one) == "mappe" for one in case):
        yield PackageFinding("N5.14", place, _("holds nothing"))
    for one in registrations:
        yield from _check_entry(one, place, seen)


def _check_value(one: Any, place: str) -> Iterator[PackageFinding]:
    name = local(one)
    if name in _LISTS and one.text not in _LISTS[name]:
        yield PackageFinding(_OWNED.get(name, "OWN"), place, _("{name} says «{text}»").format(name=name, text=one.text))


def _check_entry(entry: Any, place: str, seen: SelfcheckIndex) -> Iterator[PackageFinding]:
    hidden = [*_hidden(entry), *_hidden(entry.getparent())]
    seen.add_entry(next(values(entry, "systemID"), ""), hidden, values(entry, "journaldato"))
    if not list(values(entry, "journalposttype")):
        yield PackageFinding("N5.17", place, _("journalposttype is missing"))
    if not set(values(entry, "journalstatus")) <= _ENTRY or not list(values(entry, "journalstatus")):
        yield PackageFinding("N5.22", place, _("journalstatus is not Arkivert or Utgår"))
    documents = [one for one in entry if local(one) == "dokumentbeskrivelse"]
    if not documents:
        yield PackageFinding("N5.21", place, _("an entry has no document"))
    mains = [one for one in documents if "Hoveddokument" in values(one, "tilknyttetRegistreringSom")]
    if documents and len(mains) != 1:
        yield PackageFinding("N5.17", place, _("an entry has not exactly one Hoveddokument"))
    for one in documents:
        names = [local(child) for child in one]
        if "dokumentobjekt" not in names and "utfoertKassasjon" not in names:
            yield PackageFinding("N5.24", place, _("a document has no object"))
        if list(values(one, "dokumentstatus")) != ["Dokumentet er ferdigstilt"]:
            yield PackageFinding("N5.25", place, _("dokumentstatus is not «Dokumentet er ferdigstilt»"))
        for file in (child for child in one if local(child) == "dokumentobjekt"):
            yield from _check_object(file, place, seen)


def _hidden(entry: Any) -> Iterator[str]:
    """Yield what the public journal may not show of an entry or case: what its restriction masks (M502)."""
    masked = {said for one in entry if local(one) == "skjerming" for said in values(one, "skjermingMetadata")}
    if any(said.startswith(("Skjerming tittel registrering", "Skjerming tittel mappe")) for said in masked):
        yield from values(entry, "tittel")
    for one in entry:
        kind = next(values(one, "korrespondanseparttype"), "") if local(one) == "korrespondansepart" else ""
        if kind and f"Skjerming navn {kind.lower()}" in masked:
            yield from values(one, "korrespondansepartNavn")


def _check_object(file: Any, place: str, seen: SelfcheckIndex) -> Iterator[PackageFinding]:
    name = next(values(file, "referanseDokumentfil"), "")
    if not seen.add_file(name):
        yield PackageFinding("N5.34", place, _("{name} is referred to more than once").format(name=name))
    folder = Path(str(file.getroottree().docinfo.URL or "")).parent if file.getroottree().docinfo.URL else None
    path = (folder or Path()) / name
    if Path(name).is_absolute() or ".." in Path(name).parts or not path.is_file():
        yield PackageFinding("N5.32", place, _("{name} is missing").format(name=name))
        return
    if sha256_of(path) != next(values(file, "sjekksum"), "").lower():
        yield PackageFinding("N5.30", place, _("{name} has another checksum").format(name=name))
    size = path.stat().st_size
    if size == 0 or str(size) != next(values(file, "filstoerrelse"), ""):
        yield PackageFinding("N5.64", place, _("{name} is empty, or its size differs").format(name=name))


def _check_files(folder: Path, addml: Any, seen: SelfcheckIndex) -> Iterator[PackageFinding]:
    root = next((folder / name for name in ("DOKUMENT", "dokumenter") if (folder / name).is_dir()), None)
    count = 0
    for path in files_below(root) if root else ():
        count += 1
        name = path.relative_to(folder).as_posix()
        if not seen.knows_file(name):
            yield PackageFinding("N5.33", name, _("is not referred to"))
    if str(count) != value_of(addml, "antallDokumentfiler"):
        yield PackageFinding("N5.28", "DOKUMENT", _("{count} files are there").format(count=count))
