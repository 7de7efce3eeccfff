"""The front page: what waits for whoever is signed in, first."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from flows.application.access import Action, allowed, may_somewhere
from flows.application.overview import overview
from flows.application.pending_matters import MatterPlace, PendingMatter
from flows.application.query_scope import query_scope
from flows.application.uploads import recent_uploads
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.rendering import render

SignedInVisit = Annotated[Visit, Depends(require())]
MOST_MATTERS = 20
MOST_UPLOADS = 5


def overview_routes() -> APIRouter:
    """Return the route of the front page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def front_page(request: Request, visit: SignedInVisit) -> Response:
        """Show what waits, counts of agreements and reviews, and the newest uploads."""
        context, actor = visit.context, visit.actor
        sees, takes_in = may_somewhere(actor, Action.SEE_AGREEMENTS), may_somewhere(actor, Action.TAKE_IN)
        uploads = recent_uploads(context, query_scope(context, Action.TAKE_IN)) if takes_in else []
        return render(
            request,
            "overview.html",
            shown=overview(context, query_scope(context, Action.SEE_AGREEMENTS)) if sees else None,
            uploads=uploads[:MOST_UPLOADS],
            may_take_in=takes_in,
            address=partial(address_of, operates=allowed(actor, Action.OPERATE)),
            most=MOST_MATTERS,
        )

    return router


def address_of(matter: PendingMatter, *, operates: bool = True) -> str:
    """Return the path of the page where a matter is dealt with; empty for a page of operation that is not theirs."""
    agreement = f"/avtaler/{matter.agreement_id}"
    return {
        MatterPlace.AGREEMENT: agreement,
        MatterPlace.RESOLUTION: f"{agreement}/avklar",
        MatterPlace.QUARANTINE: f"/arkiv/karantene/{matter.agreement_id}",
        MatterPlace.BATCH: f"/utsendinger/{matter.batch_id}",
        MatterPlace.OPERATION: "/drift" if operates else "",
    }[matter.place]
