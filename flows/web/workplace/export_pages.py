"""Pages of exports of the archive: ask for one, follow it, stop it, fetch its file."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from flows.application import archive_exports
from flows.application.access import Action, Role, scope_for
from flows.application.archive_exports import ExportWish
from flows.application.export_archive import ExportForm
from flows.application.record_view import record_view
from flows.errors import NotFound, WrongUse
from flows.language import translate as _
from flows.web.workplace.agreement_pages import download
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.job_worker import wake
from flows.web.workplace.long_work import LongWork, follow
from flows.web.workplace.rendering import flash, render

Archivist = Annotated[Visit, Depends(require(Role.ARCHIVIST))]
Text = Annotated[str, Form(max_length=100)]


def export_routes() -> APIRouter:
    """Return the routes of `/arkiv/uttrekk`; they stand before those of `/arkiv/{record_id}`."""
    router = APIRouter(prefix="/arkiv/uttrekk", include_in_schema=False)

    @router.get("")
    def exports(request: Request, visit: Archivist, arkivert: Annotated[str, Query(max_length=36)] = "") -> Response:
        """List the person's exports, and offer to make another: of a year, or of one record."""
        return _page(request, visit, {"arkivert": arkivert})

    @router.post("")
    def ask(
        request: Request, visit: Archivist, form: Text = "", ar: Text = "", arkivert: Text = "", offentlig: Text = ""
    ) -> Response:
        """Ask for an export."""
        given = {"form": form, "ar": ar, "arkivert": arkivert, "offentlig": offentlig}
        try:
            wish = _wish(given)
            export_id, is_new = archive_exports.ask_for_export(visit.context, wish)
        except WrongUse as refused:
            return _page(request, visit, given, str(refused))
        wake(request.app)
        if not is_new:
            flash(request, _("The same export is being made already."), "info")
        return RedirectResponse(f"/arkiv/uttrekk/{export_id}", 303)

    @router.get("/{export_id}")
    def show(request: Request, export_id: str, visit: Archivist, stopp: str = "") -> Response:
        """Show how far an export has come."""
        export = archive_exports.own_export(visit.context, export_id)
        following = follow(request, LongWork.EXPORT, export_id, bool(stopp)) if export.under_way else None
        return render(request, "export.html", export=export, names=_form_names(), following=following)

    @router.post("/{export_id}/stopp")
    def stop(request: Request, export_id: str, visit: Archivist) -> Response:
        """Stop an export; nothing of it is kept."""
        archive_exports.stop_export(visit.context, export_id)
        flash(request, _("The export stops after the file at hand."), "info")
        return RedirectResponse(f"/arkiv/uttrekk/{export_id}", 303)

    @router.post("/{export_id}/fil")
    def file(export_id: str, visit: Archivist) -> Response:
        """Hand out the file; the reading is logged."""
        return download(archive_exports.export_file(visit.context, export_id))

    return router


def _form_names() -> dict[ExportForm, str]:
    return {
        ExportForm.NOARK5: _("Noark 5 extract"),
        ExportForm.AUDIT: _("Audit package"),
        ExportForm.BAGIT: _("BagIt package"),
        ExportForm.FIKS: _("Arkivmelding"),
    }


def _wish(given: dict[str, str]) -> ExportWish:
    """Return what a form asks for. Raises `WrongUse`."""
    if given["form"] not in set(ExportForm):
        raise WrongUse(_("Choose a form of export."))
    year, record_id = given["ar"].strip(), given["arkivert"].strip()
    number = int(year) if year.isascii() and year.isdigit() and not record_id else None
    return ExportWish(ExportForm(given["form"]), number, record_id, given["offentlig"] == "1")


def _page(request: Request, visit: Visit, given: dict[str, str], error: str = "") -> Response:
    record = record_view(visit.context, given["arkivert"]) if given["arkivert"].strip() else None
    if record is not None and record.status not in ("archived", "destroyed"):
        raise NotFound(archive_exports.no_such_export())
    is_everywhere = scope_for(visit.actor, Action.EXPORT) == "all"
    offered = [ExportForm.BAGIT, ExportForm.FIKS] if record else [ExportForm.AUDIT, ExportForm.BAGIT]
    if is_everywhere and not record:
        offered = [ExportForm.NOARK5, *offered]
    return render(
        request,
        "exports.html",
        422 if error else 200,
        exports=archive_exports.own_exports(visit.context),
        names=_form_names(),
        forms=[(str(one), one) for one in offered],
        record=record,
        given=given,
        year=visit.context.today.year - 1,
        is_everywhere=is_everywhere,
        error=error,
        has_errors=bool(error),
    )
