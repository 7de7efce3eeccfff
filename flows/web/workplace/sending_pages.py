"""Pages of a batch's sending: how it stands, what would be sent, send it, stop it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from flows.application import batch_work
from flows.application.access import Action, Role
from flows.application.batch_agreements import authorized_batch, sending_summary
from flows.application.sessions import SensitiveAction
from flows.application.template_versions import templates_used
from flows.errors import TransitionRefused
from flows.language import translate as _
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.job_worker import wake
from flows.web.workplace.long_work import LongWork, follow
from flows.web.workplace.rendering import flash, render

Sender = Annotated[Visit, Depends(require(Role.COORDINATOR, Role.HR))]
Confirmed = Annotated[Visit, Depends(require(Role.COORDINATOR, Role.HR, fresh=SensitiveAction.SEND))]

Digest = Annotated[str, Form(max_length=64)]


def sending_routes() -> APIRouter:
    """Return the routes of `/utsendinger`."""
    router = APIRouter(prefix="/utsendinger", include_in_schema=False)

    @router.get("/{batch_id}")
    def show(request: Request, batch_id: str, visit: Sender, stopp: str = "") -> Response:
        """Show how a batch stands; what went wrong first."""
        scope, shown = authorized_batch(visit.context, batch_id, Action.SEND)
        progress = batch_work.batch_progress(visit.context, batch_id, scope)
        following = follow(request, LongWork.SENDING, batch_id, bool(stopp)) if progress.under_way else None
        return render(
            request,
            "sending.html",
            batch_id=batch_id,
            progress=progress,
            documents=shown,
            following=following,
            used=templates_used(visit.context, batch_id),
        )

    @router.get("/{batch_id}/send")
    def ask(request: Request, batch_id: str, visit: Sender) -> Response:
        """Show what would be sent, before it is."""
        return _confirm_page(request, visit, batch_id)

    @router.post("/{batch_id}/send")
    def send(
        request: Request, batch_id: str, visit: Confirmed, plan: Annotated[str, Form(max_length=64)] = ""
    ) -> Response:
        """Have what was confirmed sent, once."""
        scope, _documents = authorized_batch(visit.context, batch_id, Action.SEND)
        try:
            if batch_work.start_sending(visit.context, batch_id, scope, plan):
                wake(request.app)
                flash(request, _("The sending has begun. You can leave this page and come back."), "info")
        except TransitionRefused as changed:
            return _confirm_page(request, visit, batch_id, str(changed))
        return RedirectResponse(f"/utsendinger/{batch_id}", 303)

    @router.post("/{batch_id}/stopp")
    def stop(request: Request, batch_id: str, visit: Sender) -> Response:
        """Stop after the agreement at hand."""
        authorized_batch(visit.context, batch_id, Action.SEND)
        if batch_work.stop_work(visit.context, batch_id):
            flash(request, _("It stops after the agreement that is being sent now. What is sent stays sent."), "info")
        return RedirectResponse(f"/utsendinger/{batch_id}", 303)

    return router


def _confirm_page(request: Request, visit: Visit, batch_id: str, error: str = "") -> Response:
    scope, _documents = authorized_batch(visit.context, batch_id, Action.SEND)
    plan = batch_work.sending_plan(visit.context, batch_id, scope)
    if not plan.chosen and not error:
        return RedirectResponse(f"/utsendinger/{batch_id}", 303)
    progress = batch_work.batch_progress(visit.context, batch_id, scope)
    values = {"batch_id": batch_id, "plan": plan, "progress": progress, "error": error, "has_errors": bool(error)}
    summary = sending_summary(visit.context, plan.chosen)
    return render(request, "sending_confirm.html", 409 if error else 200, summary=summary, **values)
