"""Make many documents with either engine: this program's own, or LibreOffice for templates that need it."""

from collections.abc import Iterator, Sequence

from flows.documents.completeness_check import pages_of
from flows.documents.filling import fill
from flows.documents.libreoffice import convert_all
from flows.documents.pipeline import Document, prove
from flows.documents.process_pool import DocumentJob, RefusedDocument, make_in_processes
from flows.documents.template import Template, load_template
from flows.errors import DocumentRefused, TemplateRefused
from flows.language import translate as _
from flows.settings import Engine
from flows.typesetting import Loss, Package, Pdf, within_limits


def make_all(
    jobs: Sequence[DocumentJob], processes: int = 0, engine: Engine = Engine.WEASYPRINT
) -> Iterator[Document | RefusedDocument]:
    """Yield the documents of all jobs, in their order; one that is refused stops none of the others.

    `processes` is how many of this program's own work at once, 0 for one per core; LibreOffice works alone. Raises
    `ComponentMissing` where LibreOffice is asked for and not installed.
    """
    if engine == Engine.WEASYPRINT:
        yield from make_in_processes(jobs, processes)
        return
    filled = [_filled(job) for job in jobs]
    pdfs = convert_all({str(place): one[1] for place, one in enumerate(filled) if not isinstance(one, RefusedDocument)})
    for place, (job, one) in enumerate(zip(jobs, filled, strict=True)):
        yield one if isinstance(one, RefusedDocument) else _proved(job, *one, pdfs[str(place)])


def lost_outside(docx: bytes) -> tuple[Loss, ...]:
    """Return what LibreOffice leaves out in silence: what a document would have to fetch."""
    return tuple(
        Loss(_("what lies outside the file ({kind})").format(kind=kind), part) for kind, part in Package(docx).outside()
    )


def _filled(job: DocumentJob) -> tuple[Template, bytes] | RefusedDocument:
    try:
        with within_limits():
            template = load_template(job.template)
            return template, fill(template, {**job.context, "malversjon": template.version})
    except (DocumentRefused, TemplateRefused) as refusal:
        return RefusedDocument(str(refusal), refusal.values)


def _proved(
    job: DocumentJob, template: Template, docx: bytes, pdf: bytes | DocumentRefused
) -> Document | RefusedDocument:
    if isinstance(pdf, DocumentRefused):
        return RefusedDocument(str(pdf))
    context = {**job.context, "malversjon": template.version}
    try:
        return prove(template, context, docx, Pdf(pdf, pages_of(pdf), lost_outside(docx)), lossy=job.lossy)
    except DocumentRefused as refusal:
        return RefusedDocument(str(refusal), refusal.values)
