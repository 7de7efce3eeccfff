"""The signers' side: pages in the signer's language, for whoever holds a link; no scripts, nothing from elsewhere."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.dates import long_time
from flows.language import current, translate, use
from flows.legible_text import legible
from flows.signing_desk import signer_actions
from flows.signing_desk.errors import DeskError
from flows.signing_desk.invitations import invite
from flows.signing_desk.other_documents import other_documents
from flows.signing_desk.page_style import stylesheet
from flows.signing_desk.service import Desk
from flows.signing_desk.signer_actions import LinkVisit
from flows.signing_desk.statuses import RequestStatus, SignerStatus

_ = translate
_PAGES = Path(__file__).parent / "pages"
_REASON_LENGTH = 1000


def page_routes(desk: Desk) -> APIRouter:
    """Return the routes of the signers' side."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
    _add_plain_routes(router)
    _add_reading_routes(router, desk)
    _add_answering_routes(router, desk)
    return router


def _add_plain_routes(router: APIRouter) -> None:
    """Add what is the same for everybody: the front page and what pages need."""

    @router.get("/")
    def front() -> Response:
        """Say what this is, to whoever comes without a link."""
        return _page("message.html", heading=_("Signing desk"), text=_("Open the link that you were sent to sign."))

    @router.get("/desk.css")
    def style() -> Response:
        return Response(stylesheet(), media_type="text/css")

    @router.get("/favicon.ico")
    def no_icon() -> Response:
        return Response(status_code=204)


def _add_reading_routes(router: APIRouter, desk: Desk) -> None:
    """Add what the holder of a link can look at."""

    @router.get("/sign/{token}")
    def show(token: str) -> Response:
        """Show where the signer stands: forms, waiting, how it ended; a receipt once the link has been used."""
        try:
            visit = signer_actions.visit(desk, token)
        except DeskError as refusal:
            if refusal.code != "old-link":
                raise
            use(refusal.language)
            return _page("old_link.html", refusal.status, here=f"/sign/{token}", writes=desk.mailer is not None)
        return _receipt(desk, visit) if visit.is_used else _signer_page(desk, visit, token)

    @router.get("/sign/{token}/document.pdf")
    def document(token: str) -> Response:
        """Give the document as it is now."""
        return _pdf(signer_actions.read(desk, token))

    @router.get("/copy/{token}")
    def show_copy(token: str) -> Response:
        """Offer what everybody has signed."""
        visit = signer_actions.visit_copy(desk, token)
        use(visit.signer.language)
        return _page("copy.html", request=visit.request, here=f"/copy/{token}")

    @router.get("/copy/{token}/document.pdf")
    def copy(token: str) -> Response:
        """Give what everybody has signed."""
        return _pdf(signer_actions.read_copy(desk, token))


def _add_answering_routes(router: APIRouter, desk: Desk) -> None:
    """Add what the holder of a link can do: sign, decline, ask for a new link."""

    @router.post("/sign/{token}/new-link")
    def new_link(token: str) -> Response:
        """Send a new link in place of one that works no longer."""
        try:
            use(signer_actions.ask_for_link(desk, token).signer.language)
        except DeskError as refusal:
            if refusal.code == "unknown-link":
                raise  # and is counted
            return error_page(refusal)
        text = _("It goes to the e-mail address that the sender gave. The link that you opened no longer works.")
        return _page("message.html", heading=_("A new link is on its way"), text=text)

    @router.post("/sign/{token}/sign")
    def sign(token: str, request: Request) -> Response:
        """Sign, and go on to the receipt."""
        use(signer_actions.visit(desk, token).signer.language)
        try:
            visit = signer_actions.sign(desk, token, _from(request))
        except DeskError as refusal:
            return error_page(refusal)
        invite(desk, visit.request.id)
        return RedirectResponse(f"/sign/{token}", 303)

    @router.post("/sign/{token}/decline")
    def decline(token: str, request: Request, reason: Annotated[str, Form()] = "") -> Response:
        """Decline with a reason, and go on to the receipt."""
        visit = signer_actions.visit(desk, token)
        use(visit.signer.language)
        reason = legible(reason).strip()
        if not reason or len(reason) > _REASON_LENGTH:
            return _signer_page(desk, visit, token, problem=_("Write why you decline, in at most 1,000 characters."))
        try:
            signer_actions.decline(desk, token, reason, _from(request))
        except DeskError as refusal:
            return error_page(refusal)
        return RedirectResponse(f"/sign/{token}", 303)


def error_page(refusal: DeskError) -> Response:
    """Return a page that says why something cannot be done, in the signer's language where it is known."""
    if refusal.language:
        use(refusal.language)
    known = {
        "used-link": (_("The link has been used"), _("It leads to your receipt; the document is with the sender.")),
        "replaced-link": (_("There is a newer link"), _("Open the newest link that you were sent.")),
        "old-link": (_("The link works no longer"), _("Open it once more, and ask for a new one.")),
        "old-copy": (_("The link works no longer"), _("Ask the sender for a copy of the document.")),
        "no-mail": (_("The desk cannot write to you"), _("Ask whoever sent you the link for a new one.")),
        "just-sent": (_("A link was sent just now"), _("Look in your e-mail, or try again in ten minutes.")),
        "unknown-link": (_("The link leads to nothing"), _("Check that you copied all of it, or ask whoever sent it.")),
        "expired": (_("The deadline has passed"), _("The link no longer works. Ask whoever sent it for a new one.")),
        "not-your-turn": (_("It is not your turn yet"), _("Others sign before you. Open the link again later.")),
        "declined": (_("The request has been declined"), _("Nobody can sign the document any more.")),
        "cancelled": (_("The request has been withdrawn"), _("Nobody can sign the document any more.")),
        "already-signed": (_("You have already signed"), _("A signature cannot be taken back here; ask the sender.")),
        "too-many": (_("Too many attempts"), _("Wait a few minutes, and open the link that you were sent.")),
        "cross-site": (_("The form came from another page"), _("Open the link that you were sent, and try again.")),
    }
    other = (_("That did not work"), _("Open the link that you were sent, and try again."))
    heading, text = known.get(refusal.code, other)
    return _page("message.html", refusal.status, heading=heading, text=text)


def _signer_page(desk: Desk, visit: LinkVisit, token: str, problem: str = "") -> Response:
    use(visit.signer.language)
    waiting_for = visit.request.next_signer if visit.turn == SignerStatus.WAITING else None
    return _page(
        "signer.html",
        422 if problem else 200,
        request=visit.request,
        me=visit.signer,
        turn=visit.turn,
        waiting_for=waiting_for,
        here=f"/sign/{token}",
        problem=problem,
        reason_length=_REASON_LENGTH,
        others=other_documents(desk, visit),
    )


def _receipt(desk: Desk, visit: LinkVisit) -> Response:
    use(visit.signer.language)
    return _page(
        "receipt.html",
        request=visit.request,
        me=visit.signer,
        turn=visit.turn,
        digest=visit.digest,
        everybody_signed=visit.request.state == RequestStatus.SIGNED,
        copy=signer_actions.copy_address(desk, visit),
        writes=desk.mailer is not None and bool(visit.signer.email),
        others=other_documents(desk, visit),
    )


def _pdf(content: bytes) -> Response:
    return Response(
        content,
        media_type="application/pdf",
        headers={
            "Content-Disposition": 'inline; filename="dokument.pdf"',
            "Content-Security-Policy": "frame-ancestors 'self'",  # browsers' own PDF viewers need styles of theirs
        },
    )


def _from(request: Request) -> str:
    return request.client.host if request.client else ""


def _page(name: str, status: int = 200, **values: object) -> Response:
    return HTMLResponse(_environment.get_template(name).render(language=current(), **values), status)


def _when(at: datetime) -> str:
    return long_time(at, current())


_environment = Environment(
    loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_environment.globals.update(_=translate)
_environment.filters["when"] = _when
