"""Pages of the archive: search, one record with its proof and files, quarantine, and asked destructions."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from flows.agreements.types import types
from flows.application import quarantine, record_decisions
from flows.application.access import Role
from flows.application.context import Context
from flows.application.read_log import Reading, note_read
from flows.application.record_view import asked_destructions, counterparts, quarantined_records, record_view
from flows.application.records import SearchQuery, search_records, verify_records
from flows.application.sessions import SensitiveAction
from flows.application.stored_files import archived_file, no_such_record
from flows.dates import parse_day
from flows.errors import AvtaleflytError, NotFound, RegisterFailed, WrongUse
from flows.language import translate as _
from flows.web.workplace.agreement_pages import download
from flows.web.workplace.field_types import FileNumber, PageNumber
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.rendering import flash, render

Reader = Annotated[Visit, Depends(require(Role.ARCHIVIST, Role.AUDITOR, Role.COORDINATOR))]
Verifier = Annotated[Visit, Depends(require(Role.ARCHIVIST, Role.AUDITOR))]
Archivist = Annotated[Visit, Depends(require(Role.ARCHIVIST))]
Destroyer = Annotated[Visit, Depends(require(Role.ARCHIVIST, fresh=SensitiveAction.DESTROY))]
Text = Annotated[str, Form(max_length=500)]
ACTIONS = ("sperr", "opphev", "skjerm", "kassasjon", "be-om-kassasjon", "kasser", "godta", "avvis")
_IN_QUARANTINE = ("godta", "avvis")


def archive_routes() -> APIRouter:
    """Return the routes of `/arkiv`."""
    router = APIRouter(prefix="/arkiv", include_in_schema=False)
    _add_search(router)
    _add_lists(router)
    _add_record(router)
    return router


def _add_search(router: APIRouter) -> None:
    @router.get("")
    def newest(request: Request, visit: Reader) -> Response:
        """Show the newest records."""
        return _found_page(request, visit, SearchQuery(), 1)

    @router.post("")
    def search(
        request: Request,
        visit: Reader,
        innhold: Text = "",
        avtaletype: Text = "",
        gjelder: Text = "",
        side: PageNumber = 1,
    ) -> Response:
        """Search; words are posted, since addresses stand in histories and logs."""
        day = parse_day(gjelder)
        query = SearchQuery(words=innhold, type=avtaletype if avtaletype in types() else None, valid_on=day)
        error = _("Write the day as DD.MM.YYYY.") if gjelder.strip() and day is None else ""
        return _found_page(request, visit, query, max(side, 1), gjelder, error)


def _found_page(
    request: Request, visit: Visit, query: SearchQuery, page: int, day: str = "", error: str = ""
) -> Response:
    found = search_records(visit.context, query, page)
    kinds = [(kind.name, kind.title) for kind in types().values()]
    return render(
        request,
        "archive.html",
        422 if error else 200,
        found=found,
        counterparts=counterparts(visit.context, [one.id for one in found.found]),
        query=query,
        page=page,
        day=day,
        may_export=Role.ARCHIVIST in visit.actor.roles,
        kinds=kinds,
        error=error,
        has_errors=bool(error),
    )


def _add_lists(router: APIRouter) -> None:
    @router.get("/karantene")
    def waiting(request: Request, visit: Reader) -> Response:
        """List what waits in quarantine, with its reasons."""
        return render(request, "quarantine.html", records=quarantined_records(visit.context))

    @router.get("/karantene/{record_id}")
    def one_waiting(record_id: str, visit: Reader) -> Response:
        """Lead to the record."""
        return RedirectResponse(f"/arkiv/{record_view(visit.context, record_id).id}", 303)

    @router.get("/kassasjon")
    def asked(request: Request, visit: Reader) -> Response:
        """List the destructions that were asked for."""
        return render(request, "destructions.html", asked=asked_destructions(visit.context))


def _add_record(router: APIRouter) -> None:
    @router.get("/{record_id}")
    def show(request: Request, record_id: str, visit: Reader) -> Response:
        """Show one record."""
        return _record_page(request, visit, record_id)

    @router.post("/{record_id}/kontroller")
    def verify(request: Request, record_id: str, visit: Verifier) -> Response:
        """Check files, rows, signatures and events of the record, and say what was found."""
        result = verify_records(visit.context, record_id)
        return _record_page(request, visit, record_id, verified=True, faults=tuple(map(str, result.faults)))

    @router.post("/{record_id}/fil/{role}/{number}")
    def file(record_id: str, role: str, number: FileNumber, visit: Reader, hvorfor: Text = "") -> Response:
        """Hand out a file; the reading is an event, with the reason if one is given."""
        return download(archived_file(visit.context, record_id, role, number, hvorfor.strip()))

    @router.get("/{record_id}/{action}")
    def ask(request: Request, record_id: str, action: str, visit: Archivist) -> Response:
        """Show what a decision means, before it is made."""
        return _action_page(request, visit, record_id, action)

    @router.post("/{record_id}/kasser")
    def destroy(request: Request, record_id: str, visit: Destroyer, hvorfor: Text = "") -> Response:
        """Destroy the files that another archivist asked to have destroyed."""
        return _decision(request, visit, record_id, "kasser", Decision(hvorfor))

    @router.post("/{record_id}/{action}")
    def decide(
        request: Request,
        record_id: str,
        action: str,
        visit: Archivist,
        hvorfor: Text = "",
        niva: Text = "",
        hjemmel: Text = "",
        dato: Text = "",
    ) -> Response:
        """Decide, and go back to the record."""
        return _decision(request, visit, record_id, action, Decision(hvorfor, niva, hjemmel, dato))


@dataclass(frozen=True, slots=True)
class Decision:
    """What a form about a record says: why, and for some actions the access level, the legal basis and a day."""

    why: str
    level: str = ""
    basis: str = ""
    day: str = ""


def _decision(request: Request, visit: Visit, record_id: str, action: str, given: Decision) -> Response:
    """Decide, and go back to the record."""
    try:
        if not given.why.strip():
            return _action_page(request, visit, record_id, action, _("Write why."), 422)
        told = _decided(visit.context, record_id, action, given)
    except (NotFound, RegisterFailed):
        raise
    except AvtaleflytError as refused:
        return _action_page(request, visit, record_id, action, str(refused), 409)
    flash(request, told)
    return RedirectResponse(f"/arkiv/{record_id}", 303)


def _record_page(
    request: Request, visit: Visit, record_id: str, *, verified: bool = False, faults: tuple[str, ...] = ()
) -> Response:
    view = record_view(visit.context, record_id)
    note_read(visit.context, Reading("record", agreement_id=view.agreement_id, record_id=view.id))
    roles = visit.actor.roles
    decides, verifies = Role.ARCHIVIST in roles, bool({Role.ARCHIVIST, Role.AUDITOR} & roles)
    return render(
        request, "record.html", view=view, verified=verified, faults=faults, decides=decides, verifies=verifies
    )


def _action_page(
    request: Request, visit: Visit, record_id: str, action: str, error: str = "", status: int = 200
) -> Response:
    if action not in ACTIONS:
        raise NotFound(no_such_record())
    view = record_view(visit.context, record_id)
    if (action in _IN_QUARANTINE) != (view.status == "quarantined"):
        return RedirectResponse(f"/arkiv/{view.id}", 303)
    values = {"view": view, "action": action, "error": error, "has_errors": bool(error)}
    return render(request, "record_action.html", status, **values)


def _decided(context: Context, record_id: str, action: str, given: Decision) -> str:
    """Make a decision, and return what to tell. Raises what the use cases raise."""
    why, on = given.why.strip(), parse_day(given.day)
    match action:
        case "sperr":
            record_decisions.hold_record(context, record_id, why)
            return _("The record is on hold: nobody can destroy it.")
        case "opphev":
            record_decisions.release_hold(context, record_id, why)
            return _("The hold is released.")
        case "skjerm":
            done = record_decisions.restrict_access(context, record_id, given.level, given.basis, why)
            return _("The access is changed.") if done else _("Another archivist must confirm this.")
        case "kassasjon" if on is not None:
            record_decisions.set_disposal(context, record_id, given.basis, on, why)
            return _("The disposal is set.")
        case "be-om-kassasjon":
            record_decisions.request_destruction(context, record_id, why)
            return _("It is asked for. Another archivist can release it after 14 days.")
        case "kasser":
            record_decisions.destroy_record(context, record_id, why)
            return _("The files are destroyed. What was destroyed stands among the events.")
        case "godta":
            accepted = quarantine.accept_quarantined(context, record_id, why)
            return _("The file is accepted and archived.") if accepted else _("Another archivist must confirm this.")
        case "avvis":
            quarantine.refuse_quarantined(context, record_id, why)
            return _("The file is refused. The agreement is received again, and can be made and sent anew.")
    raise WrongUse(_("Write the day as DD.MM.YYYY."))
