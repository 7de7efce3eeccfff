"""Make the document of one case: fill the template, convert it, prove that nothing was lost."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flows.documents.filling import fill
from flows.documents.proof import Fault, ProofFailed, expected, faults_of, folded, shown_pages, text_within
from flows.documents.signature_bookmarks import SignaturePlace, signature_places
from flows.documents.template import Template
from flows.errors import DocumentRefused
from flows.language import translate as _
from flows.typesetting import Loss, Pdf, convert


@dataclass(frozen=True, slots=True)
class Document:
    """A filled DOCX and its PDF/A, with their digests (SHA-256, hexadecimal) and the template they come from.

    `lost` is what the PDF does not show, and is empty unless that was allowed.
    """

    docx: bytes = field(repr=False)
    pdf: bytes = field(repr=False)
    docx_sha256: str
    pdf_sha256: str
    pages: int
    template_version: str
    template_sha256: str
    lost: tuple[Loss, ...] = ()

    @property
    def anchors(self) -> Mapping[str, SignaturePlace]:
        """Where each signer's line stands in the PDF, by role."""
        return signature_places(self.pdf)


def make(template: Template, context: Mapping[str, object], *, lossy: bool = False) -> Document:
    """Return the document of one case; raises `TemplateRefused`, or `DocumentRefused` if anything would be lost.

    With `lossy`, what the PDF does not show stands in the document's `lost` instead.
    """
    docx = fill(template, context)
    pdf = convert(docx, language=template.language, template_version=template.version, template_sha256=template.sha256)
    return prove(template, context, docx, pdf, lossy=lossy)


def prove(template: Template, context: Mapping[str, object], docx: bytes, pdf: Pdf, *, lossy: bool = False) -> Document:
    """Return the document of a filled DOCX and its PDF, whichever engine set it, once it is proved whole.

    Raises `DocumentRefused` for a construct that is lost and `ProofFailed` for text that is not what template and case
    say, unless `lossy`; always for a value of the case that the PDF does not show: what was agreed is no matter of
    looks.
    """
    if pdf.lost and not lossy:
        if unshown := list(_unshown(context, pdf.unshown)):
            raise ProofFailed(template.name, unshown)
        listed = "; ".join(map(str, pdf.lost[:5]))
        raise DocumentRefused(
            _(
                "The PDF of {template} would lose content: {losses}."
                " Take it out of the template, or accept the loss with --lossy."
            ).format(template=template.name, losses=listed)
        )
    pages, due = shown_pages(pdf.content), expected(template, context)
    faults = faults_of(due, pages)
    if any(fault.value for fault in faults) or (faults and not lossy):
        raise ProofFailed(template.name, faults)
    unasked = [(name, value) for name, value in _texts(context) if name not in due.printed]
    text = text_within(pages, due.margins) if unasked else ""
    absent = sorted(name for name, value in unasked if folded(value) not in text)
    if absent:
        raise DocumentRefused(
            _("The PDF of {template} does not show these values: {names}. Does the template ask for them?").format(
                template=template.name, names=", ".join(absent)
            ),
            tuple(absent),
        )
    lost = (*pdf.lost, *(Loss(fault.what, _("text")) for fault in faults))
    return Document(
        docx=docx,
        pdf=pdf.content,
        docx_sha256=hashlib.sha256(docx).hexdigest(),
        pdf_sha256=hashlib.sha256(pdf.content).hexdigest(),
        pages=pdf.pages,
        template_version=template.version,
        template_sha256=template.sha256,
        lost=lost,
    )


def _unshown(context: Mapping[str, object], signs: str) -> Iterator[Fault]:
    """Yield the values that hold characters that no font has."""
    for name, value in _texts(context):
        held = [f"U+{ord(sign):04X}" for sign in signs if sign in value]
        if held:
            what = _("the value {name} holds characters that no font has: {signs}")
            yield Fault(what.format(name=name, signs=", ".join(held[:5])), 0, value=name)


def _texts(context: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text value by its name."""
    for name, value in context.items():
        if isinstance(value, str):
            yield prefix + name, value
        elif isinstance(value, Mapping):
            yield from _texts(value, f"{prefix}{name}.")
        elif isinstance(value, list | tuple):
            yield from _texts({str(index): item for index, item in enumerate(value)}, f"{prefix}{name}.")
