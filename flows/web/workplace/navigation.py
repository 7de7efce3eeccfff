"""The main menu: which pages a person sees links to."""

from collections.abc import Callable
from dataclasses import dataclass

from flows.application.access import Action, Actor, allowed, may_somewhere
from flows.language import translate as _


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link of the main menu. `title` is called when the page is drawn: its language is the person's.

    With `is_for_all` the action must be allowed in all municipalities, else in one of them.
    """

    path: str
    title: Callable[[], str]
    action: Action | None = None
    is_for_all: bool = False


MENU: tuple[MenuEntry, ...] = (
    MenuEntry("/", lambda: _("Overview")),
    MenuEntry("/til-signering", lambda: _("For me to sign")),
    MenuEntry("/avtaler", lambda: _("Agreements"), Action.SEE_AGREEMENTS),
    MenuEntry("/saker/ny", lambda: _("Upload cases"), Action.TAKE_IN),
    MenuEntry("/ansettelser/ny", lambda: _("Register a hire"), Action.HIRE),
    MenuEntry("/gjennomganger", lambda: _("Reviews"), Action.SEE_REVIEWS),
    MenuEntry("/arkiv", lambda: _("Archive"), Action.SEARCH),
    MenuEntry("/maler", lambda: _("Templates"), Action.USE_TEMPLATES),
    MenuEntry("/drift", lambda: _("Operation"), Action.OPERATE, is_for_all=True),
    MenuEntry("/brukere", lambda: _("Users"), Action.MANAGE_ACCOUNTS),
    MenuEntry("/nokler", lambda: _("API keys"), Action.MANAGE_KEYS),
    MenuEntry("/logg", lambda: _("Log of reads"), Action.READ_LOG),
)
"""In order. A page that is not there yet has no entry; whoever adds a page adds its line."""


def menu_for(actor: Actor) -> list[MenuEntry]:
    """Return the entries whose page the actor may open."""
    return [one for one in MENU if _may_open(actor, one)]


def _may_open(actor: Actor, entry: MenuEntry) -> bool:
    if entry.action is None:
        return True
    return allowed(actor, entry.action) if entry.is_for_all else may_somewhere(actor, entry.action)
