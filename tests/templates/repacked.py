"""The XML parts of a DOCX to change, and the DOCX with them in it."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from lxml import etree


def xml_parts(path: Path) -> dict[str, etree._Element]:
    """Return the root of each XML part by its name."""
    with zipfile.ZipFile(path) as source:
        return {name: etree.fromstring(source.read(name)) for name in source.namelist() if name.endswith(".xml")}


def repacked(path: Path, parts: Mapping[str, etree._Element]) -> bytes:
    """Return a DOCX with these parts in place of its own."""
    packed = BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            target.writestr(name, etree.tostring(parts[name]) if name in parts else source.read(name))
    return packed.getvalue()
