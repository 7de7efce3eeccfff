"""The rules of the self-check for `arkivuttrekk.xml`: what it describes, its own form, and the schemas beside it."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from flows.archive.noark.journal_rules import empty_elements
from flows.archive.noark.own_metadata import OWN_SCHEMA, without_types
from flows.archive.noark.streaming_reader import PackageFinding, local
from flows.language import translate as _

_ADDML = "{http://www.arkivverket.no/standarder/addml}"
FLAGS = (
    ("N5.42", "inneholderSkjermetInformasjon", "skjerming"),
    ("N5.44", "inneholderDokumenterSomSkalKasseres", "kassasjon"),
    ("N5.45", "omfatterDokumenterSomErKassert", "utfoertKassasjon"),
)
"""Rule, flag of the description, and the element that it speaks of."""


def check_description(folder: Path, addml: Any, schemas: Path) -> Iterator[PackageFinding]:
    """Yield what is wrong with the description, with what it describes, and with the schemas in the package."""
    official = _official(schemas)
    if "addml.xsd" not in official:
        yield PackageFinding(
            "N5.03", "arkivuttrekk.xml", _("not checked: addml.xsd is missing among the official schemas")
        )
    elif not etree.XMLSchema(etree.parse(official["addml.xsd"])).validate(addml):
        yield PackageFinding("N5.03", "arkivuttrekk.xml", _("does not follow addml.xsd"))
    described = set()
    for one in addml.iter(f"{_ADDML}property"):
        if one.get("name") != "file":
            continue
        name = _inner(one, "name")
        first = name not in described
        described.add(name)
        path = folder / name
        if not path.exists():
            yield PackageFinding("N5.01", name, _("is described but missing"))
            continue
        algorithm, value = _inner(one, "checksum/algorithm"), _inner(one, "checksum/value")
        if not algorithm and not value and not first:
            continue  # described in full at its first mention
        if algorithm not in {"SHA-256", "SHA256"} or value.lower() != sha256_of(path):
            yield PackageFinding("N5.02", name, _("its checksum is missing or differs"))
    for path in sorted(folder.glob("*.x[ms][ld]")):
        if path.name not in described | {"arkivuttrekk.xml", "addml.xsd"}:
            yield PackageFinding("N5.01", path.name, _("lies in the package and is not described"))
        if path.suffix == ".xsd" and (path.name not in official or not _same_schema(path, official[path.name])):
            yield PackageFinding("N5.03", path.name, _("is not the official schema (krav 6.4.18)"))
    empty = Counter(local(one) for one in addml.iter() if len(one) == 0 and not (one.text or "").strip())
    yield from empty_elements("arkivuttrekk.xml", empty)
    yield from _check_order(addml)
    for rule, flag, _element in FLAGS:
        if value_of(addml, flag) not in {"true", "false"}:
            yield PackageFinding(rule, "arkivuttrekk.xml", _("does not say {flag}").format(flag=flag))


def _same_schema(path: Path, official: Path) -> bool:
    """Return whether a schema is the official one; our own may list other agreement types."""
    if path.name == OWN_SCHEMA:
        return without_types(path.read_bytes()) == without_types(official.read_bytes())
    return sha256_of(path) == sha256_of(official)


def _official(schemas: Path) -> dict[str, Path]:
    """Return the official schemas by their names in a package; of several catalogues the one of Noark 5."""
    noark = next((path.parent for path in schemas.rglob("endringslogg.xsd")), schemas)
    found = {path.name: path for path in noark.glob("*.xsd")}
    own = next(schemas.rglob("avtalemetadata.xsd"), None)
    addml = next(schemas.rglob("addml-v8.3.xsd"), None) or next(schemas.rglob("addml.xsd"), None)
    return found | {name: path for name, path in (("avtalemetadata.xsd", own), ("addml.xsd", addml)) if path}


def _check_order(addml: Any) -> Iterator[PackageFinding]:
    """Yield what stands in another place than in the official template: readers take some of it by its position."""
    outer = addml.find(f".//{_ADDML}dataObject")
    first = (
        [one.get("name") for one in outer.iterfind(f"{_ADDML}properties/{_ADDML}property")] if outer is not None else []
    )
    inner = [one.get("name") for one in outer.iterfind(f"{_ADDML}dataObjects/*")] if outer is not None else []
    divisions = [
        one.get("name")
        for one in addml.iterfind(f".//{_ADDML}property[@name='periode']/{_ADDML}properties/{_ADDML}property")
    ]
    for found, expected in ((first, "info"), (inner, "arkivstruktur"), (divisions, "inngaaendeSkille")):
        if found[:1] != [expected]:
            yield PackageFinding(
                "KRAV",
                "arkivuttrekk.xml",
                _("{expected} does not stand first, as the template has it").format(expected=expected),
            )


def value_of(addml: Any, name: str) -> str:
    """Return the value of a property, empty where there is none."""
    return str(addml.findtext(f".//{_ADDML}property[@name='{name}']/{_ADDML}value") or "")


def count_of(addml: Any, what: str) -> int:
    """Return how many of something the description states, -1 where it states nothing that is a number."""
    for one in addml.iter(f"{_ADDML}property"):
        if one.get("name") == "numberOfOccurrences" and one.findtext(f"{_ADDML}value") == what:
            said = _inner(one, "value")
            return int(said) if said.isdecimal() else -1
    return -1


def _inner(one: Any, path: str) -> str:
    steps = "/".join(f"{_ADDML}properties/{_ADDML}property[@name='{name}']" for name in path.split("/"))
    return str(one.findtext(f"{steps}/{_ADDML}value") or "")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read a piece at a time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
