"""The senders' side: JSON over HTTP below /api, for programs with the bearer token, which the middleware checks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, File, Form, Query, Response, Security, UploadFile
from pydantic import BaseModel, ValidationError

from flows.language import translate as _
from flows.signing_desk import sender_actions
from flows.signing_desk.api_description import BEARER, KNOWN_ALREADY, PDF_FILE, Problem, refusals
from flows.signing_desk.errors import DeskError
from flows.signing_desk.evidence import evidence_of
from flows.signing_desk.evidence_page import evidence_page
from flows.signing_desk.invitations import invite
from flows.signing_desk.schemas import MAX_BYTES, MAX_SIGNERS, IntentIn
from flows.signing_desk.service import Desk
from flows.signing_desk.signature_requests import DeskRequest
from flows.signing_desk.statuses import RequestStatus, SignerStatus
from flows.value_complaints import complaint


class SignerOut(BaseModel):
    """One signer of a request. `link` is set while it is open; `mail_failed`: the newest e-mail failed.

    `no_address`: it is their turn, and the desk writes to others but has no address of theirs.
    """

    order: int
    id: str
    status: SignerStatus
    at: datetime | None
    link: str | None
    mail_failed: bool = False
    no_address: bool = False


class RequestOut(BaseModel):
    """A request as senders see it: nobody's name, only orders."""

    id: str
    reference: str
    sha256: str
    status: RequestStatus
    reason: str
    deadline: datetime
    created_at: datetime
    ended_at: datetime | None
    acknowledged_at: datetime | None
    signers: list[SignerOut]


class RequestList(BaseModel):
    """The requests that carry a reference, or a page of all of them."""

    requests: list[RequestOut]


def api_routes(desk: Desk) -> APIRouter:
    """Return the routes of the senders' side. Their security is described here, and enforced by the middleware."""
    router = APIRouter(
        prefix="/api/requests", dependencies=[Security(BEARER)], responses=refusals(401, 404, 413, 422, 500)
    )
    _add_requests(router, desk)
    _add_actions(router, desk)
    return router


def _add_requests(router: APIRouter, desk: Desk) -> None:
    """Add the routes that take a request, find it, and say what came of it."""

    @router.post("", status_code=201, responses={409: {"model": RequestOut | Problem, "description": KNOWN_ALREADY}})
    def create(intent: Annotated[str, Form()], pdf: Annotated[UploadFile, File()], response: Response) -> RequestOut:
        """Take a PDF and its signers; 409 with the request that already has the reference."""
        request, is_new = sender_actions.create(desk, _intent(intent), pdf.file.read(MAX_BYTES + 1))
        response.status_code = 201 if is_new else 409
        invite(desk, request.id)
        return _out(desk, request)

    @router.get("")
    def find(
        reference: Annotated[str, Query(max_length=50)] = "", after: Annotated[str, Query(max_length=100)] = ""
    ) -> RequestList:
        """Find by the sender's reference; without one, give the next hundred requests behind an id."""
        if not reference:
            return RequestList(requests=[_out(desk, one) for one in sender_actions.page_after(desk, after)])
        request = sender_actions.find(desk, reference)
        return RequestList(requests=[_out(desk, request)] if request else [])

    @router.get("/{request_id}")
    def status(request_id: str) -> RequestOut:
        """Say how far a request has come; whoever was to be written to and was not is written to now."""
        invite(desk, request_id)
        return _out(desk, sender_actions.look_up(desk, request_id))

    @router.get("/{request_id}/pdf", response_class=Response, responses={**PDF_FILE, **refusals(409)})
    def signed_pdf(request_id: str) -> Response:
        """Give the PDF that everybody has signed."""
        return Response(sender_actions.signed_document(desk, request_id), media_type="application/pdf")

    @router.get("/{request_id}/evidence")
    def evidence(request_id: str) -> dict[str, Any]:
        """Say who did what and when."""
        return evidence_of(desk, request_id)

    @router.get("/{request_id}/evidence.pdf", response_class=Response, responses={**PDF_FILE, **refusals(409)})
    def page_of_evidence(request_id: str) -> Response:
        """Say who did what and when, for people."""
        return Response(evidence_page(desk, request_id), media_type="application/pdf")


def _add_actions(router: APIRouter, desk: Desk) -> None:
    """Add the routes by which a sender acts on a request."""

    @router.post("/{request_id}/cancel", responses=refusals(409, 410))
    def cancel(request_id: str, reason: Annotated[str, Body(embed=True, max_length=1000)]) -> RequestOut:
        """End an open request."""
        return _out(desk, sender_actions.cancel(desk, request_id, reason))

    @router.post("/{request_id}/remind", responses=refusals(409, 410, 429, 502))
    def remind(request_id: str, order: Annotated[int, Body(embed=True, ge=1, le=MAX_SIGNERS)]) -> RequestOut:
        """Send a signer the link again."""
        return _out(desk, sender_actions.remind(desk, request_id, order))

    @router.post("/{request_id}/links", responses=refusals(409, 410))
    def new_link(request_id: str, order: Annotated[int, Body(embed=True, ge=1, le=MAX_SIGNERS)]) -> RequestOut:
        """Make a new link for a signer, and the one before void."""
        return _out(desk, sender_actions.new_link(desk, request_id, order))

    @router.post("/{request_id}/acknowledge", responses=refusals(409, 410))
    def acknowledge(request_id: str) -> RequestOut:
        """Note that the sender has kept how it ended."""
        return _out(desk, sender_actions.acknowledge(desk, request_id))


def _intent(text: str) -> IntentIn:
    try:
        return IntentIn.model_validate_json(text)
    except ValidationError as error:
        raise DeskError(
            422, "invalid", _("The intent cannot be taken: {complaints}.").format(complaints=describe(error.errors()))
        ) from None


def describe(errors: Sequence[Any]) -> str:
    """Return which fields are wrong and why, without their values."""
    return "; ".join(f"{'.'.join(str(part) for part in error['loc'])}: {complaint(error)}" for error in errors)


def _out(desk: Desk, request: DeskRequest) -> RequestOut:
    links, mail_failed = sender_actions.links_of(desk, request), sender_actions.signers_not_reached(desk, request)
    signers = [
        SignerOut(
            order=signer.order,
            id=signer.id,
            status=request.turn(signer),
            at=signer.signed_at or signer.declined_at,
            link=links.get(signer.order),
            mail_failed=signer.order in mail_failed,
            no_address=sender_actions.has_no_address(desk, request, signer.order),
        )
        for signer in request.signers
    ]
    return RequestOut(
        id=request.id,
        reference=request.reference,
        sha256=request.sha256,
        status=request.state,
        reason=request.reason,
        deadline=request.deadline,
        created_at=request.created_at,
        ended_at=request.ended_at,
        acknowledged_at=request.acknowledged_at,
        signers=signers,
    )
