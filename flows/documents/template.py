"""Load a DOCX template from a file: its name, title, version, digest and bytes."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from flows.errors import DocumentRefused, TemplateRefused
from flows.language import translate as _
from flows.typesetting import Package, W, check_size

_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TYPES = "[Content_Types].xml"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_BESIDE_ITS_TABLE = "template"
"""How the files of templates begin that lie in the folder of their agreement: `template.docx`, `template.nn.docx`."""
_STRICT = b"http://purl.oclc.org/ooxml/"


@dataclass(frozen=True, slots=True)
class Template:
    """A template; `sha256` is the digest of `content` in hexadecimal, `version` its core property of that name.

    `language` is `nn` where the core property says nynorsk, and `nb` otherwise.
    """

    name: str
    title: str
    version: str
    sha256: str
    content: bytes = field(repr=False)
    language: str = "nb"


def load_template(path: Path) -> Template:
    """Read a template to fill it.

    Raises `TemplateRefused` for a file that is missing, no DOCX or in a form that is not filled, or has no version.
    """
    template = read_template(path)
    for why in (wrong_format(Package(template.content)), missing_version(template)):
        if why:
            raise TemplateRefused(
                _("The template {name} cannot be used. {reason}").format(name=shown_name(path), reason=why)
            )
    return template


def read_template(path: Path) -> Template:
    """Read a template to look it over; raises `TemplateRefused` for a file that is missing or no DOCX."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TemplateRefused(_("The template {name} cannot be read.").format(name=shown_name(path))) from error
    try:
        package = Package(content)
        check_size(package)
        if package.xml(package.main).find(W + "body") is None:
            raise DocumentRefused(_("The file is no DOCX: it holds no Word document. Save it as .docx in Word."))
        package.verify()
        part = package.related("", "core-properties")
        properties = etree.Element("none") if part is None else package.xml(part)
    except DocumentRefused as error:
        raise TemplateRefused(
            _("The template {name} cannot be used. {reason}").format(name=shown_name(path), reason=error)
        ) from error
    version = (properties.findtext(_CORE + "version") or "").strip()
    title = (properties.findtext(_DC + "title") or "").strip()
    language = "nn" if (properties.findtext(_DC + "language") or "").strip().casefold().startswith("nn") else "nb"
    return Template(_name(path), title, version, hashlib.sha256(content).hexdigest(), content, language)


def shown_name(path: Path) -> str:
    """Return what a template's file is called in sentences: with its folder where its name says nothing of itself."""
    return f"{path.parent.name}/{path.name}" if path.stem.startswith(_BESIDE_ITS_TABLE) else path.name


def _name(path: Path) -> str:
    """Return a template's name: that of its folder, with the language, where it lies in the folder of its agreement."""
    own = path.stem.removeprefix(_BESIDE_ITS_TABLE)
    return f"{path.absolute().parent.name}{own}" if path.stem.startswith(_BESIDE_ITS_TABLE) else path.stem


def missing_version(template: Template) -> str:
    """Return what to do about a template without a version; nothing where it has one."""
    return "" if template.version else _("It has no version; set the property Version in Word.")


def wrong_format(package: Package) -> str:
    """Return how to save another kind of Word document (ECMA-376 part 1, 11.3.10) as one that is filled, or nothing."""
    if _STRICT in package.read(package.main):
        return _("It is saved as Strict Open XML. Choose Save As, and the type Word Document (*.docx).")
    kind = _content_type(package)
    if kind == _DOCUMENT:
        return ""
    if "macroenabled" in kind.lower():
        return _("It is saved with macros (.docm or .dotm). Choose Save As, and the type Word Document (*.docx).")
    if "template.main" in kind.lower():
        return _("It is saved as a template of Word (.dotx). Choose Save As, and the type Word Document (*.docx).")
    return _("It is saved in another form of Word. Choose Save As, and the type Word Document (*.docx).")


def _content_type(package: Package) -> str:
    """Return the content type of the main part, by its own name or by the ending of its name."""
    by_ending = ""
    for one in package.xml(_TYPES):
        if one.get("PartName", "").lstrip("/").lower() == package.main.lower():
            return str(one.get("ContentType", ""))
        if one.get("Extension", "").lower() == package.main.rsplit(".", 1)[-1].lower():
            by_ending = one.get("ContentType", "")
    return by_ending
