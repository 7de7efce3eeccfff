"""One stream of server-sent events for all long work: its part of the page as it is now, until the work has ended.

The page is whole without it. Each look at the register is a session of its own in a thread. What a stream shows is what
the person may see at that moment: it ends when the session ends or the roles change.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from flows.application import archive_exports, batch_work
from flows.application.access import Action, Role
from flows.application.agreement_view import no_such_agreement
from flows.application.batch_agreements import batch_documents
from flows.application.context import Context
from flows.application.query_scope import query_scope
from flows.application.sessions import is_still_signed_in
from flows.errors import AvtaleflytError, NotFound
from flows.language import translate as _
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.long_work import LongWork
from flows.web.workplace.rendering import render_part

Follower = Annotated[Visit, Depends(require(Role.COORDINATOR, Role.HR, Role.ARCHIVIST))]

MOST_STREAMS = 100
"""Streams at once of one process; whoever comes later is told the state once, and renews by hand."""
MOST_OF_SESSION = 4
"""Streams at once of one session: a browser opens six connections to a host, and pages need some of them."""
LONGEST = timedelta(minutes=30)
"""How long a stream lasts at most: as long as a session in which nothing is clicked."""
CLOSE = "ferdig"
"""The event on which the browser closes the stream; without it, it would open the stream again and again."""
_SECONDS = 1.0
_SECONDS_PER_BYTE = 1 / 200_000
"""A large list is told less often: 600 agreements about every two seconds."""


@dataclass(frozen=True, slots=True)
class Look:
    """Work as it is now: its part of the page, how much of it is done in words, and whether it goes on."""

    html: str
    said: str
    under_way: bool


@dataclass
class OpenStreams:
    """The streams that are open, counted by session; used in the event loop alone."""

    by_session: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def one_more(self, session: str) -> Iterator[bool]:
        """Count a stream for as long as the block lasts; give False, and count none, where there are too many."""
        own = self.by_session.get(session, 0)
        if own >= MOST_OF_SESSION or sum(self.by_session.values()) >= MOST_STREAMS:
            yield False
            return
        self.by_session[session] = own + 1
        try:
            yield True
        finally:
            self.by_session[session] -= 1
            if not self.by_session[session]:
                del self.by_session[session]


def progress_routes() -> APIRouter:
    """Return the route of `/fremdrift`."""
    router = APIRouter(prefix="/fremdrift", include_in_schema=False)
    streams = OpenStreams()

    @router.get("/{work}/{work_id}")
    async def progress(request: Request, work: LongWork, work_id: str, visit: Follower) -> Response:
        """Tell how work goes on, as it does."""
        first = await run_in_threadpool(_look, visit.context, work, work_id)

        async def events() -> AsyncIterator[str]:
            with streams.one_more(visit.signed.id_sha256) as is_allowed:
                async for event in _events(request, visit, work, work_id, first, is_allowed=is_allowed):
                    yield event

        return StreamingResponse(events(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    return router


async def _events(
    request: Request, visit: Visit, work: LongWork, work_id: str, first: Look, *, is_allowed: bool
) -> AsyncIterator[str]:
    """Yield what changes until the work has ended; the state once where the stream is one too many."""
    clock = visit.context.register.clock
    ends, told = clock() + LONGEST, ""
    look: Look | None = first
    while look is not None and look.under_way and is_allowed and clock() < ends:
        if look.html != told:
            told = look.html
            yield _event(look.html, look.said)
        await _pause(request, _SECONDS + len(look.html) * _SECONDS_PER_BYTE)
        if _is_stopping(request):
            return  # the browser opens the stream again once the server is back
        look = await run_in_threadpool(_look_again, request, visit, work, work_id)
    page = _page(work, work_id)
    if look is not None and look.under_way:
        yield _event(look.html, look.said, render_part("progress_still.html", page=page))
    else:
        yield _event(look.html if look else "", "", render_part("progress_ended.html", page=page))
    yield f"event: {CLOSE}\ndata: {CLOSE}\n\n"


def _is_stopping(request: Request) -> bool:
    """Return whether the server is about to end: an open stream would hold it up."""
    asked: Callable[[], bool] | None = getattr(request.app.state, "is_stopping", None)
    return asked is not None and asked()


async def _pause(request: Request, seconds: float) -> None:
    """Wait, but no longer than until the server is to end."""
    while seconds > 0 and not _is_stopping(request):
        await asyncio.sleep(min(seconds, 0.5))
        seconds -= 0.5


def _look_again(request: Request, visit: Visit, work: LongWork, work_id: str) -> Look | None:
    """Return work as it is now; None where the session, a role or the work is gone: the page itself says which."""
    token = request.app.state.cookies.session_id(request)
    if not is_still_signed_in(request.app.state.context, token, visit.signed):
        return None
    try:
        return _look(visit.context, work, work_id)
    except AvtaleflytError:
        return None


def _look(context: Context, work: LongWork, work_id: str) -> Look:
    """Return work as it is now. Raises `NotFound`, `NotAllowed`."""
    if work is LongWork.EXPORT:
        export = archive_exports.own_export(context, work_id)
        return Look(
            render_part("export_progress.html", export=export), _said(export.done, export.total), export.under_way
        )
    scope = query_scope(context, Action.APPROVE if work is LongWork.DOCUMENTS else Action.SEND)
    progress = batch_work.batch_progress(context, work_id, scope)
    if not progress.total:
        raise NotFound(no_such_agreement())
    job = progress.documents if work is LongWork.DOCUMENTS else progress.sending
    said = _said(job.done, job.total) if job else ""
    if work is LongWork.DOCUMENTS:
        return Look(render_part("documents_progress.html", job=job), said, progress.under_way)
    shown = batch_documents(context, work_id, scope)
    html = render_part("sending_progress.html", job=job, progress=progress, documents=shown)
    return Look(html, said, progress.under_way)


def _said(done: int, total: int) -> str:
    """Return what a screen reader says: a tenth of the whole at a time, so that it is not talking all the while."""
    if total <= 0:
        return ""
    step = max(1, total // 10)
    return _("{number} of {total}").format(number=done if done == total else done // step * step, total=total)


def _page(work: LongWork, work_id: str) -> str:
    """Return the path of the page that follows."""
    paths = {
        LongWork.DOCUMENTS: f"/saker/{work_id}/dokumenter",
        LongWork.SENDING: f"/utsendinger/{work_id}",
        LongWork.EXPORT: f"/arkiv/uttrekk/{work_id}",
    }
    return paths[work]


def _event(html: str, said: str, more: str = "") -> str:
    """Return an event with the part of the page, what a screen reader says, and what else changes."""
    spoken = Markup('<hx-partial hx-target="#status">{}</hx-partial>').format(said) if said else ""
    lines = f"{html}{spoken}{more}".splitlines()
    return "".join(f"data: {line}\n" for line in lines) + "\n"
