"""Commands on accounts of the workplace: the first administrator is made here, on the server."""

from typing import Annotated

import typer

from flows.application.access import Role
from flows.commands import console
from flows.commands.options import AsJson
from flows.errors import WrongUse
from flows.language import translate
from flows.language import translate as _

app = typer.Typer(help="Accounts of people at the workplace, and their roles.")

User = Annotated[str, typer.Argument(metavar="USER", help="User name, or the account's id.")]
RoleName = Annotated[str, typer.Option("--role", help="coordinator, hr, archivist, auditor or administrator.")]
Place = Annotated[str, typer.Option("--municipality", metavar="NUMBER", help="Four digits; * for all of them.")]


@app.command("add")
def add(
    user: Annotated[str, typer.Argument(metavar="USER", help="User name of the new account.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[
        list[str] | None, typer.Option("--role", help="coordinator, hr, archivist, auditor or administrator.")
    ] = None,
    municipality: Annotated[
        list[str] | None, typer.Option("--municipality", metavar="NUMBER", help="Four digits; * for all of them.")
    ] = None,
    email: Annotated[str, typer.Option(help="E-mail address, for signing.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a local account; its first password is made here and shown once."""
    from flows.application.accounts import add_account, checked_municipality
    from flows.application.context import current_context

    places = [checked_municipality(one) for one in municipality or ["*"]]
    grants = [(_role(one), place) for one in role or [] for place in places]
    added, password = add_account(current_context(), user, name, email, grants)
    if as_json:
        console.print_json({"id": added.id, "user": added.user_name, "password": password})
        return
    console.out.print(_("The account «{user}» is made.").format(user=added.user_name))
    console.out.print(_("Password: {password}").format(password=password), highlight=False)
    console.out.print(_("It is shown this once. The person changes it under «My account»."))


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the accounts and their roles."""
    from flows.application.accounts import list_accounts
    from flows.application.context import current_context

    found = list_accounts(current_context())
    if as_json:
        rows = [
            {"id": one.id, "name": one.name, "user": one.user_name, "issuer": one.issuer, "grants": list(one.grants)}
            for one in found
        ]
        console.print_json(
            [{**row, "closed": one.disabled_at is not None} for row, one in zip(rows, found, strict=True)]
        )
        return
    listed = [
        (
            one.user_name or one.issuer,
            one.name,
            ", ".join(f"{translate(role)} {place}" for role, place in one.grants),
            translate("closed") if one.disabled_at else translate("open"),
            one.id,
        )
        for one in found
    ]
    console.print_table("Accounts", ("User", "Name", "Roles", "State", "Id"), listed)


@app.command("give")
def give(user: User, role: RoleName, municipality: Place) -> None:
    """Give an account a role in a municipality, or in all of them."""
    from flows.application.accounts import checked_municipality, give_role
    from flows.application.context import current_context

    context = current_context()
    given = give_role(context, _account_id(user), _role(role), checked_municipality(municipality))
    console.out.print(_("The role is given.") if given else _("The person has this role already."))


@app.command("take")
def take(user: User, role: RoleName, municipality: Place) -> None:
    """Take a role from an account."""
    from flows.application.accounts import checked_municipality, take_role
    from flows.application.context import current_context

    context = current_context()
    taken = take_role(context, _account_id(user), _role(role), checked_municipality(municipality))
    console.out.print(_("The role is taken away.") if taken else _("The person did not have this role."))


@app.command("password")
def password(user: User) -> None:
    """Give a local account a new password, shown once, and turn its one-time codes off."""
    from flows.application.accounts import reset_password
    from flows.application.context import current_context

    made = reset_password(current_context(), _account_id(user))
    console.out.print(_("Password: {password}").format(password=made), highlight=False)


@app.command("close")
def close(
    user: User, reopen: Annotated[bool, typer.Option("--reopen", help="Open a closed account again.")] = False
) -> None:
    """Close an account: its sessions end, and nobody signs in with it."""
    from flows.application.accounts import close_account
    from flows.application.context import current_context

    close_account(current_context(), _account_id(user), closed=not reopen)
    console.out.print(_("The account is open again.") if reopen else _("The account is closed."))


@app.command("shell")
def shell(
    user: User,
    shell_user: Annotated[
        str, typer.Argument(metavar="[NAME]", help="User of this machine; left out: the person has none.")
    ] = "",
) -> None:
    """Say which user of this machine an account's person is: both count as one where two persons are wanted."""
    from flows.application.accounts import name_shell_user
    from flows.application.context import current_context

    name_shell_user(current_context(), _account_id(user), shell_user)
    console.out.print(_("It is noted."))


def _account_id(user: str) -> str:
    from flows.application.accounts import list_accounts
    from flows.application.context import current_context

    wanted = user.strip().casefold()
    found = [one.id for one in list_accounts(current_context()) if wanted in (one.user_name, one.id)]
    if not found:
        raise WrongUse(_("There is no account «{user}»: `avtaleflyt account list` lists them.").format(user=user))
    return found[0]


def _role(text: str) -> Role:
    if text not in set(Role):
        raise WrongUse(_("There is no role «{role}»; choose among {roles}.").format(role=text, roles=", ".join(Role)))
    return Role(text)
