"""Pages where administrators make and revoke API keys."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from flows.application.access import Role
from flows.application.api_keys import KEY_ROLES, list_keys, make_key, revoke_key
from flows.dates import parse_day
from flows.errors import WrongUse
from flows.language import translate
from flows.language import translate as _
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.rendering import capital, flash, municipality_name, render
from flows.web.workplace.user_pages import municipality_number, municipality_options

Text = Annotated[str, Form(max_length=300)]
Administrator = Annotated[Visit, Depends(require(Role.ADMINISTRATOR))]
Confirmed = Annotated[Visit, Depends(require(Role.ADMINISTRATOR, fresh=True))]


def key_routes() -> APIRouter:
    """Return the routes of `/nokler`."""
    router = APIRouter(prefix="/nokler", include_in_schema=False)

    @router.get("")
    def keys(request: Request, visit: Administrator) -> Response:
        """List the keys."""
        return render(request, "keys.html", keys=list_keys(visit.context), places=_places)

    @router.get("/ny", dependencies=[Depends(require(Role.ADMINISTRATOR))])
    def new(request: Request) -> Response:
        """Show the form of a new key."""
        return _new_page(request, {"rolle": "hr"})

    @router.post("/ny")
    def make(
        request: Request,
        visit: Confirmed,
        navn: Text = "",
        rolle: Text = "",
        kommune: Annotated[list[str] | None, Form()] = None,
        siste_dag: Text = "",
    ) -> Response:
        """Make a key, and show it once."""
        given = {"navn": navn, "rolle": rolle, "kommune": ", ".join(kommune or []), "siste_dag": siste_dag}
        last_day = parse_day(siste_dag)
        if siste_dag.strip() and last_day is None:
            error = _("Write the last day as DD.MM.YYYY, or leave it empty.")
            return _new_page(request, given, [("siste_dag", error)])
        try:
            numbers = [municipality_number(one) for text in kommune or [] for one in text.split(",") if one.strip()]
            made, key = make_key(visit.context, navn, rolle, numbers, last_day)
        except WrongUse as refused:
            return _new_page(request, given, [("navn", str(refused))])
        return render(request, "new_key.html", made=made, key=key)

    @router.post("/{key_id}/trekk")
    def revoke(request: Request, key_id: str, visit: Confirmed) -> Response:
        """Revoke a key."""
        revoke_key(visit.context, key_id)
        flash(request, _("The key is revoked and works no longer."))
        return RedirectResponse("/nokler", 303)

    return router


def _places(numbers: tuple[str, ...]) -> str:
    if numbers == ("*",):
        return translate("all municipalities")
    return ", ".join(municipality_name(one) for one in numbers)


def _new_page(request: Request, given: dict[str, str], errors: list[tuple[str, str]] | None = None) -> Response:
    return render(
        request,
        "new_key_form.html",
        422 if errors else 200,
        given=given,
        errors=errors or [],
        has_errors=bool(errors),
        roles=[(str(role), capital(translate(role))) for role in KEY_ROLES],
        municipalities=municipality_options(),
    )
