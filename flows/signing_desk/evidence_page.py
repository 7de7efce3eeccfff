"""The evidence of a request as a page for people: a PDF/A of its own beside the signed document, made once."""

from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from weasyprint import HTML

from flows.dates import exact_time
from flows.language import current, translate, use
from flows.signing_desk.errors import DeskError
from flows.signing_desk.evidence import evidence_of
from flows.signing_desk.service import Desk
from flows.signing_desk.signature_requests import DeskRequest
from flows.signing_desk.statuses import RequestStatus
from flows.signing_desk.tables import evidence

_ = translate
_PAGES = Path(__file__).parent / "pages"
#: The claim of PDF/UA-1 (ISO 14289-1, 5), and the description of its schema that PDF/A-2 asks for (6.6.2.3.1).
_PDFUA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
_END = b"</rdf:RDF>"


def evidence_page(desk: Desk, request_id: str) -> bytes:
    """Return who did what and when as a PDF/A, in the request's language; the same bytes every time.

    Raises `DeskError` while the request is open.
    """
    with desk.database.reading() as connection:
        request = desk.read(connection, request_id)
        stored = connection.scalar(select(evidence.c.pdf).where(evidence.c.request == request_id))
    if stored is not None:
        return bytes(stored)
    if request.state == RequestStatus.OPEN:
        raise DeskError(409, "still-open", _("The request is still open; its evidence is not complete yet."))
    made = _typeset(desk, request)
    with desk.database.writing() as connection:
        connection.execute(insert(evidence).values(request=request_id, pdf=made).on_conflict_do_nothing())
        return bytes(connection.scalars(select(evidence.c.pdf).where(evidence.c.request == request_id)).one())


def _typeset(desk: Desk, request: DeskRequest) -> bytes:
    use(request.language)
    told = evidence_of(desk, request.id)
    events = [
        {**event, "who": _who(event["who"]), "what": _what(event["what"]), "details": _details(event)}
        for event in told["events"]
    ]
    page = _environment.get_template("evidence.html").render(
        request=request,
        told={**told, "events": events},
        state=_states()[request.state],
        languages=_languages(),
        language=current(),
        first=told["revisions"][0],
        last=told["revisions"][-1],
    )
    return bytes(HTML(string=page).write_pdf(pdf_variant="pdf/a-2a", finisher=_claim_accessibility))


def _claim_accessibility(_document: Any, pdf: Any) -> None:
    """Add the claim of PDF/UA-1 to the metadata of a page that WeasyPrint has made."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.stream = [b"".join(metadata.stream).replace(_END, _PDFUA + _END)]


def _who(who: str) -> str:
    if who.startswith("signer "):
        return _("Signer {number}").format(number=who.removeprefix("signer "))
    return {"sender": _("The sender"), "desk": _("The signing desk")}.get(who, who)


def _what(what: str) -> str:
    known = {
        "created": _("Request taken"),
        "invited": _("Invited by e-mail"),
        "reminded": _("Reminder asked for"),
        "letter failed": _("E-mail could not be sent"),
        "new link": _("New link made; the one before is void"),
        "asked for a new link": _("Asked for a new link"),
        "fetched document": _("Opened the document"),
        "fetched copy": _("Fetched a copy"),
        "copy sent": _("Link to a copy sent"),
        "signed": _("Signed"),
        "declines": _("Declines"),
        "completed": _("Everybody has signed"),
        "declined": _("Declined"),
        "cancelled": _("Withdrawn"),
        "expired": _("Deadline passed"),
        "acknowledged": _("Receipt acknowledged"),
    }
    return known.get(what, what)


def _details(event: dict[str, str]) -> str:
    told = event["details"]
    if told.startswith("signer "):
        return _who(told)
    if event["what"] not in {"signed", "declines", "created"}:
        return told  # perhaps a person's words
    return told.replace("sha256 ", "SHA-256 ").replace("from ", _("from the address") + " ")


def _states() -> dict[RequestStatus, str]:
    return {
        RequestStatus.SIGNED: _("Signed by everybody"),
        RequestStatus.DECLINED: _("Declined"),
        RequestStatus.CANCELLED: _("Withdrawn"),
        RequestStatus.EXPIRED: _("Deadline passed"),
    }


def _languages() -> dict[str, str]:
    return {"nb": _("Written to in bokmål"), "nn": _("Written to in nynorsk"), "en": _("Written to in English")}


def _when(at: str | datetime) -> str:
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return exact_time(instant, current())


_environment = Environment(
    loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_environment.globals.update(_=translate)
_environment.filters["when"] = _when
