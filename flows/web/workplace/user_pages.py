"""Pages where administrators give and take roles, add local accounts, and close accounts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from flows.agreements.municipalities import all_municipalities
from flows.application.access import Role
from flows.application.accounts import (
    add_account,
    checked_municipality,
    close_account,
    get_account,
    give_role,
    list_accounts,
    name_shell_user,
    reset_password,
    take_role,
)
from flows.errors import WrongUse
from flows.language import translate
from flows.language import translate as _
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.rendering import capital, flash, municipality_name, render

Text = Annotated[str, Form(max_length=300)]
Administrator = Annotated[Visit, Depends(require(Role.ADMINISTRATOR))]
Confirmed = Annotated[Visit, Depends(require(Role.ADMINISTRATOR, fresh=True))]


def user_routes() -> APIRouter:
    """Return the routes of `/brukere`."""
    router = APIRouter(prefix="/brukere", include_in_schema=False)
    _add_list_and_new(router)
    _add_roles(router)
    _add_closing(router)
    _add_shell_user(router)
    return router


def municipality_options(*, everywhere: bool = True) -> list[tuple[str, str]]:
    """Return number and name of every municipality for a choice, `*` for all of them first."""
    listed = [(one.number, f"{one.norwegian_name} ({one.number})") for one in all_municipalities()]
    return [*([("*", translate("all municipalities"))] if everywhere else []), *sorted(listed, key=lambda one: one[1])]


def municipality_number(text: str) -> str:
    """Return the number that a chosen or typed municipality means. Raises `WrongUse`."""
    return checked_municipality(text.strip().rpartition("(")[2].rstrip(")").strip())


def role_of(text: str) -> Role:
    """Return a role that was chosen. Raises `WrongUse`."""
    if text not in set(Role):
        raise WrongUse(_("Choose a role."))
    return Role(text)


def _add_list_and_new(router: APIRouter) -> None:
    @router.get("")
    def users(request: Request, visit: Administrator) -> Response:
        """List the accounts."""
        return render(request, "users.html", accounts=list_accounts(visit.context))

    @router.get("/ny", dependencies=[Depends(require(Role.ADMINISTRATOR))])
    def new(request: Request) -> Response:
        """Show the form of a new local account."""
        return _new_page(request, {})

    @router.post("/ny")
    def add(
        request: Request,
        visit: Confirmed,
        brukernavn: Text = "",
        navn: Text = "",
        epost: Text = "",
        rolle: Text = "",
        kommune: Text = "",
    ) -> Response:
        """Add an account, and show its first password once."""
        given = {"brukernavn": brukernavn, "navn": navn, "epost": epost, "rolle": rolle, "kommune": kommune}
        errors = []
        try:
            grants = [(role_of(rolle), municipality_number(kommune))] if rolle else []
        except WrongUse as refused:
            errors.append(("kommune", str(refused)))
        if not errors:
            try:
                added, password = add_account(visit.context, brukernavn, navn, epost, grants)
                return render(request, "new_password.html", account=added, password=password)
            except WrongUse as refused:
                errors.append(("brukernavn", str(refused)))
        return _new_page(request, given, errors)

    @router.get("/{account_id}")
    def user(request: Request, account_id: str, visit: Administrator) -> Response:
        """Show one account."""
        return _user_page(request, visit, account_id)


def _add_roles(router: APIRouter) -> None:
    @router.post("/{account_id}/roller")
    def give(request: Request, account_id: str, visit: Confirmed, rolle: Text = "", kommune: Text = "") -> Response:
        """Give a role."""
        try:
            role, number = role_of(rolle), municipality_number(kommune)
        except WrongUse as refused:
            return _user_page(request, visit, account_id, [("kommune", str(refused))])
        given = give_role(visit.context, account_id, role, number)
        said = _("The role is given.") if given else _("The person has this role already.")
        flash(request, said, "success" if given else "info")
        return RedirectResponse(f"/brukere/{account_id}", 303)

    @router.post("/{account_id}/roller/ta")
    def take(request: Request, account_id: str, visit: Confirmed, rolle: Text = "", kommune: Text = "") -> Response:
        """Take a role."""
        taken = take_role(visit.context, account_id, role_of(rolle), checked_municipality(kommune))
        said = _("The role is taken away.") if taken else _("The person did not have this role.")
        flash(request, said, "success" if taken else "info")
        return RedirectResponse(f"/brukere/{account_id}", 303)


def _add_closing(router: APIRouter) -> None:
    @router.post("/{account_id}/steng")
    def close(request: Request, account_id: str, visit: Confirmed) -> Response:
        """Close an account."""
        close_account(visit.context, account_id)
        flash(request, _("The account is closed, and its sessions have ended."))
        return RedirectResponse(f"/brukere/{account_id}", 303)

    @router.post("/{account_id}/apne")
    def open_again(request: Request, account_id: str, visit: Confirmed) -> Response:
        """Open a closed account again."""
        close_account(visit.context, account_id, closed=False)
        flash(request, _("The account is open again."))
        return RedirectResponse(f"/brukere/{account_id}", 303)

    @router.post("/{account_id}/passord")
    def password(request: Request, account_id: str, visit: Confirmed) -> Response:
        """Give a new password, and show it once."""
        made = reset_password(visit.context, account_id)
        return render(request, "new_password.html", account=get_account(visit.context, account_id), password=made)


def _add_shell_user(router: APIRouter) -> None:
    @router.post("/{account_id}/skall")
    def shell_user(request: Request, account_id: str, visit: Confirmed, skallbruker: Text = "") -> Response:
        """Say which user of the server the person is."""
        try:
            name_shell_user(visit.context, account_id, skallbruker)
        except WrongUse as refused:
            return _user_page(request, visit, account_id, [("skallbruker", str(refused))])
        flash(request, _("It is noted."))
        return RedirectResponse(f"/brukere/{account_id}", 303)


def _roles() -> list[tuple[str, str]]:
    return [(str(role), capital(translate(role))) for role in Role]


def _new_page(request: Request, given: dict[str, str], errors: list[tuple[str, str]] | None = None) -> Response:
    return render(
        request,
        "new_user.html",
        422 if errors else 200,
        given=given,
        errors=errors or [],
        has_errors=bool(errors),
        roles=[("", _("No role yet")), *_roles()],
        municipalities=municipality_options(),
    )


def _user_page(
    request: Request, visit: Visit, account_id: str, errors: list[tuple[str, str]] | None = None
) -> Response:
    account = get_account(visit.context, account_id)
    return render(
        request,
        "user.html",
        422 if errors else 200,
        account=account,
        grants=[(role, number, _place(number)) for role, number in account.grants],
        is_own=account.id == visit.actor.account_id,
        errors=errors or [],
        has_errors=bool(errors),
        roles=_roles(),
        municipalities=municipality_options(),
    )


def _place(number: str) -> str:
    return translate("all municipalities") if number == "*" else municipality_name(number)
