"""Write `arkivuttrekk.xml`: the ADDML description, in the order of the official template, which readers rely on."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from flows.archive.noark.entries import Period

_NS = "http://www.arkivverket.no/standarder/addml"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_A = ElementMaker(namespace=_NS, nsmap={None: _NS, "xsi": _XSI})


def write_description(
    folder: Path, period: Period, counts: dict[str, int], *, restricted: bool, disposal: bool, disposed: bool
) -> None:
    """Write the description of the files in the folder. `counts`: `mappe`, `registrering`, `endring`, `filer`."""
    flags = [
        ("inneholderSkjermetInformasjon", restricted),
        ("omfatterDokumenterSomErKassert", disposed),
        ("inneholderDokumenterSomSkalKasseres", disposal),
        ("inneholderVirksomhetsspesifikkeMetadata", True),
    ]
    divisions = _property("periode", _leaf("inngaaendeSkille", "skarpt"), _leaf("utgaaendeSkille", "skarpt"))
    additional = _property(
        "additionalInfo",
        divisions,
        *[_leaf(name, str(value).lower(), "boolean") for name, value in flags],
        _leaf("antallDokumentfiler", str(counts["filer"]), "integer"),
    )
    kind = _property("type", _leaf("version", "5.0"), value="Noark 5")
    entries = counts["registrering"]
    files = [
        _file(folder, "arkivstruktur", ["avtalemetadata"], [("mappe", counts["mappe"]), ("registrering", entries)]),
        _file(folder, "endringslogg", [], [("endring", counts["endring"])]),
        _file(folder, "loependeJournal", [], [("journalregistrering", entries)]),
        _file(folder, "offentligJournal", [], [("journalregistrering", entries)]),
    ]
    outer = _A.dataObject(
        _A.properties(_property("info", kind, additional)), _A.dataObjects(*files), name="Noark 5-arkivuttrekk"
    )
    root = _A.addml(
        _A.dataset(_A.description("Noark 5-arkivuttrekk"), _A.reference(*_reference(period)), _A.dataObjects(outer)),
        name="Noark 5-arkivuttrekk",
    )
    root.set(f"{{{_XSI}}}schemaLocation", f"{_NS} addml.xsd")
    etree.ElementTree(root).write(str(folder / "arkivuttrekk.xml"), encoding="UTF-8", xml_declaration=True)


def _reference(period: Period) -> list[Any]:
    said = [("systemType", "Sakarkiv (Noark-5)"), ("systemName", "Avtaleflyt")]
    said.append(("archive", f"Avtalearkiv {period.creator}"))
    creators = _A.additionalElements(_A.additionalElement(_A.value(period.creator), name="recordCreator"))
    context = _A.additionalElements(
        _A.additionalElement(creators, name="recordCreators"),
        *[_A.additionalElement(_A.value(value), name=name) for name, value in said],
    )
    dates = _A.properties(_leaf("startDate", str(period.start)), _leaf("endDate", str(period.end)))
    content = _A.additionalElements(_A.additionalElement(dates, name="archivalPeriod"))
    return [_A.context(context), _A.content(content)]


def _file(folder: Path, name: str, own: Sequence[str], counts: Sequence[tuple[str, int]]) -> Any:
    occurrences = [
        _property(
            "numberOfOccurrences",
            _leaf("elementPath", f"//{what}"),
            _leaf("value", str(number), "integer"),
            value=what,
        )
        for what, number in counts
    ]
    schemas = [_schema(folder, f"{one}.xsd", main=True) for one in (name, *own)]
    properties = [
        _described(folder, f"{name}.xml"),
        *schemas,
        _schema(folder, "metadatakatalog.xsd", main=False, known=name != "arkivstruktur"),
        _property("info", *occurrences),
    ]
    return _A.dataObject(_A.properties(*properties), name=name)


def _schema(folder: Path, name: str, *, main: bool, known: bool = False) -> Any:
    if known:  # described at its first mention only
        return _property("schema", _property("file", _leaf("name", name)))
    kind = _property("type", _leaf("version", "1.0"), value="XML Schema")
    return _property("schema", _described(folder, name), kind, value="main" if main else "")


def _described(folder: Path, name: str) -> Any:
    with (folder / name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _property(
        "file",
        _leaf("name", name),
        _property("format", _leaf("version", "1.0"), value="XML"),
        _property("checksum", _leaf("algorithm", "SHA-256"), _leaf("value", digest)),
    )


def _property(name: str, *inner: Any, value: str = "") -> Any:
    said = [_A.value(value)] if value else []
    return _A.property(*said, _A.properties(*inner), name=name)


def _leaf(name: str, value: str, kind: str = "") -> Any:
    made = _A.property(_A.value(value), name=name)
    if kind:
        made.set("dataType", kind)
    return made
