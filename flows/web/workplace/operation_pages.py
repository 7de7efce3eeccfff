"""The page of operation, for administrators of all municipalities: how the installation stands, what to try again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from flows.application import operation
from flows.application.access import Role
from flows.application.authorization import Action, authorize
from flows.application.doctor import Component
from flows.application.schedules import Scheduler
from flows.errors import NotDelivered, NotFound, WrongUse
from flows.language import translate as _
from flows.language import translate_plural
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.rendering import flash, render

Administrator = Annotated[Visit, Depends(require(Role.ADMINISTRATOR))]


def operation_routes() -> APIRouter:
    """Return the routes of `/drift`."""
    router = APIRouter(prefix="/drift", include_in_schema=False)

    @router.get("")
    def show(request: Request, visit: Administrator) -> Response:
        """Show how the installation stands."""
        return _page(request, visit)

    @router.post("/leverandor")
    def ask_provider(request: Request, visit: Administrator) -> Response:
        """Ask the signature provider whether it lets us in, and show what it says."""
        return _page(request, visit, operation.check_provider(visit.context))

    @router.post("/epost")
    def retry_mail(request: Request, visit: Administrator) -> Response:
        """Try to deliver the e-mails that wait."""
        try:
            sent = operation.retry_mail(visit.context)
        except (NotDelivered, WrongUse) as failed:
            flash(request, str(failed), "warning")
        else:
            told = translate_plural("{number} e-mail was delivered.", "{number} e-mails were delivered.", sent)
            flash(request, told.format(number=sent))
        return RedirectResponse("/drift", 303)

    @router.post("/kjor")
    def run(request: Request, visit: Administrator, navn: Annotated[str, Form(max_length=40)] = "") -> Response:
        """Have a schedule of this program run now."""
        authorize(visit.context, Action.OPERATE)
        scheduler = _scheduler(request)
        if scheduler is None or navn not in {one.name for one in scheduler.schedules}:
            raise NotFound(_("There is no such page."))
        scheduler.run_soon(navn)
        flash(request, _("The run begins as soon as no other is at work."), "info")
        return RedirectResponse("/drift", 303)

    return router


def _scheduler(request: Request) -> Scheduler | None:
    """Return what runs schedules in this process; None where a Prefect server does."""
    found: Scheduler | None = getattr(request.app.state, "scheduler", None)
    return found


def _page(request: Request, visit: Visit, asked: list[Component] | None = None) -> Response:
    scheduler, shown = _scheduler(request), operation.operation_view(visit.context)
    schedules = [one.name for one in scheduler.schedules] if scheduler else []
    last = {one.name: one for one in shown.runs}
    return render(
        request,
        "operation.html",
        shown=shown,
        asked=asked,
        schedules=schedules,
        runs={name: last.get(name) for name in dict.fromkeys((*schedules, *last))},
    )
