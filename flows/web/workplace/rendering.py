"""Render pages: one Jinja2 environment with autoescape and translations, and what every page needs."""

from datetime import date, datetime
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.agreements.municipalities import by_number
from flows.application.access import Actor
from flows.application.sessions import SignedIn, add_message, take_messages
from flows.dates import long_date, long_time, oslo_time
from flows.language import current, translate, translate_plural
from flows.provider_names import provider_name
from flows.web.workplace import static_files
from flows.web.workplace.navigation import menu_for

PAGES = Path(__file__).parent / "pages"
MESSAGE_KINDS = ("success", "info", "warning", "danger")


def render(request: Request, name: str, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page from a template in `pages/`, in the language in use.

    Every page knows `signed` (None: nobody), `menu`, `messages` (shown once), `csrf` and `here`, the path.
    """
    signed: SignedIn | None = getattr(request.state, "signed", None)
    context = request.app.state.context
    html = environment.get_template(name).render(
        language=current(),
        signed=signed,
        menu=menu_for(signed.actor) if signed else [],
        messages=take_messages(context, signed) if signed else [],
        csrf=signed.csrf_token if signed else "",
        here=request.url.path,
        scope_text=scope_text(signed.actor) if signed else "",
        settings=context.stated_settings,
        now=context.register.clock(),
        stylesheets=static_files.stylesheets(context.stated_settings.theme),
        scripts=static_files.scripts(),
        **values,
    )
    return HTMLResponse(html, status, headers={"Vary": "Accept-Language, Cookie, HX-Request"})


def render_part(name: str, **values: object) -> str:
    """Return a part of a page from a template of its own in `pages/`, in the language in use."""
    return environment.get_template(name).render(**values)


def flash(request: Request, text: str, kind: str = "success") -> None:
    """Show a message on the next page that the person opens: `success`, `info`, `warning` or `danger`."""
    add_message(request.app.state.context, request.state.signed, kind, str(text))


def scope_text(actor: Actor) -> str:
    """Return for which municipalities a person works: «Bodø», «3 kommuner», «alle kommuner», «Ingen rolle ennå»."""
    if actor.scope == "all":
        return translate("all municipalities")
    if not actor.scope:
        return translate("No role yet")
    if len(actor.scope) == 1:
        return municipality_name(next(iter(actor.scope)))
    return translate_plural("{number} municipality", "{number} municipalities", len(actor.scope)).format(
        number=len(actor.scope)
    )


def municipality_name(number: str) -> str:
    """Return a municipality's name, or its number where it is not known."""
    known = by_number(number)
    return known.norwegian_name if known else number


def _day(value: date | datetime | None) -> str:
    """Write a day in full: «1. februar 2027»."""
    if value is None:
        return ""
    return long_date(oslo_time(value).date() if isinstance(value, datetime) else value, current())


def _instant(value: datetime | None) -> str:
    """Write an instant as the clock in Norway shows it."""
    return long_time(value, current()) if value is not None else ""


def _number(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def _one_decimal(value: float) -> str:
    """Write a number with one decimal as the language in use does."""
    said = f"{value:.1f}"
    return said if current() == "en" else said.replace(".", ",")


def capital(text: str) -> str:
    """Return a text with its first letter large, and the others as they are: «Personal (HR)»."""
    return text[:1].upper() + text[1:]


environment = Environment(
    loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
environment.globals.update(_=translate, ngettext=translate_plural, municipality_name=municipality_name)
environment.filters.update(
    provider_name=provider_name,
    capital=capital,
    day=_day,
    instant=_instant,
    number=_number,
    one_decimal=_one_decimal,
    translated=translate,
)
