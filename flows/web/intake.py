"""The intake endpoint: an HR system submits one case or many and gets every problem in the response.

`POST /intake/cases` takes JSON under a bearer token. All cases are good and are taken in (202, with their agreements'
ids), or nothing is (422, with every problem by JSON pointer, as RFC 9457 problem details). The same `Idempotency-Key`
with equal JSON gives the same answer again. Of each new agreement about a doctor the event `alis.hired` is told; where
nobody hears it, the register holds what is to be made and sent, and a sweep finds it. `GET /intake/cases/{id}` says
where an agreement stands.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from flows.agreements.problems import Problem
from flows.application.api_keys import caller_of, has_keys
from flows.application.case_standing import case_standing
from flows.application.context import Context
from flows.application.intake_call import CallFault, CallRefused, parse_body, problem_as_json, take_in_call
from flows.errors import NotFound
from flows.language import translate as _
from flows.web.bearer_token import bearer_token
from flows.web.intake_description import CASE_DESCRIPTION, DESCRIPTION, LONGEST_KEY

Announce = Callable[[str, bool], None]
"""Tells the event `alis.hired` of an agreement's id, and whether its document is to be sent."""

_log = logging.getLogger(__name__)
_LARGEST_BODY = 5 * 1024 * 1024


@dataclass
class IntakeRefusal(Exception):
    """A call that is not taken: the status, what is wrong, and every problem with its pointer."""

    status: int
    title: str
    problems: Sequence[Problem] = ()


def intake_router(context: Context, announce: Announce) -> APIRouter:
    """Return the router. Without any key every call is refused: there is no open door by default."""
    router = APIRouter()

    @router.post("/intake/cases", status_code=202, openapi_extra=DESCRIPTION, response_class=Response)
    async def take_cases(request: Request) -> Response:
        """Take in one case or many, all of them or none."""
        try:
            acting = await run_in_threadpool(_acting_for_caller, context, request)
            key, send = _key(request), _send(request)
            body = await _body(request)
            answer = await run_in_threadpool(_take, acting, announce, body, key, send)
        except IntakeRefusal as refusal:
            return _refused(refusal)
        return _json(202, answer)

    @router.get("/intake/cases/{agreement_id}", openapi_extra=CASE_DESCRIPTION, response_class=Response)
    async def case_status(agreement_id: str, request: Request) -> Response:
        """Say where an agreement stands that was taken in here."""
        try:
            acting = await run_in_threadpool(_acting_for_caller, context, request)
            found = await run_in_threadpool(_standing, acting, agreement_id)
        except IntakeRefusal as refusal:
            return _refused(refusal)
        return _json(200, found)

    return router


def _standing(context: Context, agreement_id: str) -> dict[str, Any]:
    try:
        return case_standing(context, agreement_id).as_json()
    except NotFound:
        raise IntakeRefusal(404, _("There is no agreement with this id.")) from None


def _acting_for_caller(context: Context, request: Request) -> Context:
    """Return a context that acts for the caller's key. Raises `IntakeRefusal` without a key that works."""
    given = bearer_token(request)
    caller = caller_of(context, given) if given else None
    if caller is not None:
        return context.acting_as(caller)
    if not has_keys(context):
        raise IntakeRefusal(503, _("The endpoint has no key yet. Make one at /nokler, or set AVTALEFLYT_INTAKE_TOKEN."))
    raise IntakeRefusal(401, _("The token is missing or wrong."))


def _key(request: Request) -> str:
    key = request.headers.get("idempotency-key")
    if key is None:
        return ""
    if not 1 <= len(key) <= LONGEST_KEY or not all("!" <= letter <= "~" for letter in key):
        raise IntakeRefusal(400, _("The Idempotency-Key has 1 to 255 visible letters."))
    return key


def _send(request: Request) -> bool:
    wanted = request.query_params.get("send", "false")
    if wanted not in ("true", "false"):
        raise IntakeRefusal(400, _("«send» is true or false."))
    return wanted == "true"


async def _body(request: Request) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise IntakeRefusal(415, _("Cases are sent as application/json."))
    pieces = bytearray()
    async for piece in request.stream():
        pieces += piece
        if len(pieces) > _LARGEST_BODY:
            raise IntakeRefusal(413, _("The call is too large. Send fewer cases at a time."))
    return bytes(pieces)


def _take(context: Context, announce: Announce, body: bytes, key: str, send: bool) -> dict[str, Any]:
    content = _parsed(body)
    try:
        answer = take_in_call(context, content, key, send=send, body=body)
    except CallRefused as refused:
        raise _refusal(refused) from None
    # After the commit, and again when a call is repeated: the flow leaves alone what it has done already.
    for agreement_id in answer.to_announce:
        try:
            announce(agreement_id, send)
        except Exception:  # noqa: BLE001 - whatever Prefect's client meets: the cases are registered, and a sweep finds them
            _log.warning("The event of a new hire could not be told.", extra={"agreement": agreement_id})
    return answer.content


def _refusal(refused: CallRefused) -> IntakeRefusal:
    match refused.fault:
        case CallFault.NO_CASES:
            return IntakeRefusal(422, _("The body holds no case: send one object, or a list of objects."))
        case CallFault.TOO_MANY_CASES:
            return IntakeRefusal(413, _("The call is too large. Send fewer cases at a time."))
        case CallFault.KEY_REUSED:
            return IntakeRefusal(422, _("This Idempotency-Key was used for other cases. Take a new key."))
        case CallFault.OTHER_MUNICIPALITY:
            return IntakeRefusal(403, _("The key is not for the municipality of every case: nothing was taken in."))
        case CallFault.CASES_WRONG:
            return IntakeRefusal(422, _("Nothing was taken in: some cases must be mended."), refused.problems)


def _parsed(body: bytes) -> Any:
    try:
        return parse_body(body)
    except (ValueError, RecursionError):
        raise IntakeRefusal(400, _("The body is no JSON in UTF-8.")) from None


def _refused(refusal: IntakeRefusal) -> Response:
    content: dict[str, Any] = {"type": "about:blank", "title": refusal.title, "status": refusal.status}
    if refusal.problems:
        content["errors"] = [problem_as_json(problem) for problem in refusal.problems]
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
    return _json(refusal.status, content, "application/problem+json", headers)


def _json(
    status: int, content: Any, media_type: str = "application/json", headers: dict[str, str] | None = None
) -> Response:
    # Escaped letters: what was sent may hold halves of letters, which no encoding takes.
    return Response(json.dumps(content), status, headers or {}, media_type)
