"""Load a DOCX template from a file: its name, title, version, digest and bytes."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from flows.errors import DocumentRefused, TemplateRefused
from flows.language import translate as _
from flows.typesetting import Package, check_size

_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_DC = "{http://purl.org/dc/elements/1.1/}"


@dataclass(frozen=True, slots=True)
class Template:
    """A template; `sha256` is the digest of `content` in hexadecimal, `version` its core property of that name."""

    name: str
    title: str
    version: str
    sha256: str
    content: bytes = field(repr=False)


def load_template(path: Path) -> Template:
    """Read a template; raises `TemplateRefused` for a file that is missing, no DOCX, or without a version."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TemplateRefused(_("The template {name} cannot be read.").format(name=path.name)) from error
    try:
        package = Package(content)
        check_size(package)
        package.xml(package.main)
        package.verify()
        part = package.related("", "core-properties")
        properties = etree.Element("none") if part is None else package.xml(part)
    except DocumentRefused as error:
        raise TemplateRefused(
            _("The template {name} cannot be used. {reason}").format(name=path.name, reason=error)
        ) from error
    version = (properties.findtext(_CORE + "version") or "").strip()
    if not version:
        raise TemplateRefused(
            _("The template {name} has no version; set the property Version in Word.").format(name=path.name)
        )
    title = (properties.findtext(_DC + "title") or "").strip()
    return Template(path.stem, title, version, hashlib.sha256(content).hexdigest(), content)
