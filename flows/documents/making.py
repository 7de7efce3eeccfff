"""From a template and a case's values to a document that is proved whole: fill, convert, check."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flows.documents.conversion import convert
from flows.documents.filling import fill
from flows.documents.template import Template
from flows.documents.words import PdfText
from flows.errors import DocumentRefused
from flows.language import translate as _


@dataclass(frozen=True, slots=True)
class Document:
    """A filled DOCX and its PDF/A, with their digests (SHA-256, hexadecimal) and the template they come from."""

    docx: bytes = field(repr=False)
    pdf: bytes = field(repr=False)
    docx_sha256: str
    pdf_sha256: str
    pages: int
    template_version: str
    template_sha256: str


def make(template: Template, context: Mapping[str, object]) -> Document:
    """Return the document of one case; raises `TemplateRefused`, or `DocumentRefused` if anything would be lost."""
    docx = fill(template, context)
    pdf = convert(docx, template_version=template.version, template_sha256=template.sha256)
    if pdf.lost:
        listed = "; ".join(f"{loss.what} ({loss.where})" for loss in pdf.lost[:5])
        raise DocumentRefused(
            _("The PDF of {template} would lose content: {losses}. Take it out of the template.").format(
                template=template.name, losses=listed
            )
        )
    text = PdfText(pdf.content)
    missing = text.lacks(docx)
    if missing:
        raise DocumentRefused(
            _("The PDF of {template} lacks {count} words of its DOCX; nothing was made.").format(
                template=template.name, count=len(missing)
            )
        )
    absent = sorted(name for name, value in _texts(context) if not text.holds(value))
    if absent:
        raise DocumentRefused(
            _("The PDF of {template} does not show these values: {names}. Does the template ask for them?").format(
                template=template.name, names=", ".join(absent)
            )
        )
    return Document(
        docx=docx,
        pdf=pdf.content,
        docx_sha256=hashlib.sha256(docx).hexdigest(),
        pdf_sha256=hashlib.sha256(pdf.content).hexdigest(),
        pages=pdf.pages,
        template_version=template.version,
        template_sha256=template.sha256,
    )


def _texts(context: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text value by its name."""
    for name, value in context.items():
        if isinstance(value, str):
            yield prefix + name, value
        elif isinstance(value, Mapping):
            yield from _texts(value, f"{prefix}{name}.")
        elif isinstance(value, list | tuple):
            yield from _texts({str(index): item for index, item in enumerate(value)}, f"{prefix}{name}.")
