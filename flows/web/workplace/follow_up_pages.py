"""Pages beside the list of agreements: the list as CSV, following up many at once, and links to sign one agreement."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from flows.application import many_agreements
from flows.application.access import Action
from flows.application.agreement_actions import signer_links
from flows.application.agreement_list import page_of_agreements
from flows.application.agreement_view import LINKS, agreement_view
from flows.application.list_csv import MEDIA_TYPE, agreements_csv
from flows.application.many_agreements import FollowUp
from flows.application.query_scope import query_scope
from flows.application.read_log import Reading, note_read
from flows.errors import AvtaleflytError, NotFound, RegisterFailed
from flows.language import translate as _
from flows.web.workplace.agreement_pages import ListFilter, Reader, Text, Worker
from flows.web.workplace.guards import Visit
from flows.web.workplace.job_worker import wake
from flows.web.workplace.rendering import flash, render

Chosen = Annotated[list[str] | None, Form()]


def follow_up_routes() -> APIRouter:
    """Return the routes; they stand before those of `/avtaler/{agreement_id}`."""
    router = APIRouter(prefix="/avtaler", include_in_schema=False)
    _add_csv(router)
    _add_many(router)
    _add_links(router)
    return router


def csv_response(pieces: object, name: str) -> Response:
    """Return a CSV file as an attachment."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return StreamingResponse(pieces, headers=headers, media_type=MEDIA_TYPE)  # type: ignore[arg-type]


def _add_csv(router: APIRouter) -> None:
    @router.post("/liste.csv")
    def as_csv(visit: Reader, asked: Annotated[ListFilter, Depends()], navn: Text = "") -> Response:
        """Hand out the whole list with its filters and words; posted, since the reading is logged."""
        return csv_response(agreements_csv(visit.context, asked.query(navn)), "avtaler.csv")


def _add_many(router: APIRouter) -> None:
    @router.get("/mange")
    def choose(request: Request, visit: Worker, asked: Annotated[ListFilter, Depends()]) -> Response:
        """Show a page of agreements to choose among, and what can be done with many."""
        return _choose_page(request, visit, asked)

    @router.post("/mange")
    def confirm(
        request: Request,
        visit: Worker,
        valgt: Chosen = None,
        handling: Text = "",
        bekreftet: Text = "",
        sett: Chosen = None,
    ) -> Response:
        """Show what will be done with which agreements; once that is confirmed, do it and show what came of each."""
        scope = query_scope(visit.context, Action.FOLLOW_UP)
        if not valgt or handling not in set(FollowUp):
            flash(request, _("Choose at least one agreement, and what is to be done."), "warning")
            return RedirectResponse("/avtaler/mange", 303)
        action = FollowUp(handling)
        if bekreftet == "1":
            seen = {agreement_id: mark for agreement_id, _colon, mark in (one.partition(":") for one in sett or [])}
            outcomes = many_agreements.follow_up(visit.context, valgt, action, scope, seen)
            wake(request.app)
            return render(request, "many_done.html", outcomes=outcomes, action=action)
        chosen = many_agreements.choose_for(visit.context, valgt, action, scope)
        return render(
            request,
            "many_confirm.html",
            allowed=chosen.allowed,
            others=chosen.others,
            marks=chosen.marks,
            action=action,
        )


def _choose_page(request: Request, visit: Visit, asked: ListFilter) -> Response:
    scope = query_scope(visit.context, Action.FOLLOW_UP)
    chosen = asked if asked.tilstand else replace(asked, tilstand="sent")
    query = replace(chosen.query(), size=many_agreements.MOST)
    page = page_of_agreements(visit.context, query, scope)
    return render(request, "many_choose.html", page=page, asked=chosen, query=query, most=many_agreements.MOST)


def _add_links(router: APIRouter) -> None:
    @router.get("/{agreement_id}/lenker")
    def ask(request: Request, agreement_id: str, visit: Worker) -> Response:
        """Show the signers, and offer their links."""
        return _links_page(request, visit, agreement_id)

    @router.post("/{agreement_id}/lenker")
    def show(request: Request, agreement_id: str, visit: Worker, ny: Annotated[int, Form(ge=0, le=20)] = 0) -> Response:
        """Show the links to sign; with `ny`, that signer's is made anew and the one before is void."""
        scope = query_scope(visit.context, Action.FOLLOW_UP)
        try:
            links = signer_links(visit.context, agreement_id, scope, ny)
        except (NotFound, RegisterFailed):
            raise
        except AvtaleflytError as refused:
            return _links_page(request, visit, agreement_id, error=str(refused))
        with visit.context.register.write() as transaction:
            # stored as its English source, and translated when it is shown
            why = "a new link was made and shown" if ny else "links were shown"
            transaction.note("links_shown", agreement_id, why, {"new": ny})
        note_read(visit.context, Reading("links", agreement_id=agreement_id))
        return _links_page(request, visit, agreement_id, links)


def _links_page(
    request: Request, visit: Visit, agreement_id: str, links: dict[int, str] | None = None, error: str = ""
) -> Response:
    view = agreement_view(visit.context, agreement_id, query_scope(visit.context, Action.FOLLOW_UP))
    if LINKS not in view.actions:
        return RedirectResponse(f"/avtaler/{agreement_id}", 303)
    status = 409 if error else 200
    return render(request, "links.html", status, view=view, links=links, error=error, has_errors=bool(error))
