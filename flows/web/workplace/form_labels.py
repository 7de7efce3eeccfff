"""What held forms are for and what their fields are called, for the page that shows them again after a sign-in."""

import re
from collections.abc import Callable

from flows.application.held_forms import FormContent
from flows.application.hire import hire_sections
from flows.language import translate as _

_PURPOSES: tuple[tuple[str, Callable[[], str]], ...] = (
    (r"/utsendinger/[^/]+/send", lambda: _("Send the approved agreements of the upload")),
    (r"/arkiv/[^/]+/kasser", lambda: _("Destroy the files of the record")),
    (r"/brukere/[^/]+/roller", lambda: _("Give the role")),
    (r"/brukere/[^/]+/roller/ta", lambda: _("Take the role away")),
    (r"/brukere/[^/]+/steng", lambda: _("Close the account")),
    (r"/brukere/[^/]+/apne", lambda: _("Open the account again")),
    (r"/brukere/[^/]+/passord", lambda: _("Make a new password")),
    (r"/brukere/ny", lambda: _("Add the user")),
    (r"/nokler/ny", lambda: _("Make a key")),
    (r"/nokler/[^/]+/trekk", lambda: _("Revoke the key")),
    (r"/ansettelser/ny", lambda: _("Register a hire")),
)
_WITH_PAGE = r"/utsendinger/[^/]+/send|/arkiv/[^/]+/[a-z-]+|/(brukere|nokler|ansettelser)/ny"
"""Paths at which a form is shown as well as taken."""
_LABELS: dict[str, Callable[[], str]] = {
    "hvorfor": lambda: _("Why"),
    "rolle": lambda: _("Role"),
    "kommune": lambda: _("Municipality"),
    "brukernavn": lambda: _("User name"),
    "navn": lambda: _("Name"),
    "epost": lambda: _("E-mail"),
    "siste_dag": lambda: _("Last day"),
    "hjemmel": lambda: _("Legal basis"),
    "niva": lambda: _("Access level"),
    "dato": lambda: _("Day"),
    "merknad": lambda: _("Note"),
    "utfall": lambda: _("Outcome"),
    "nummer": lambda: _("The provider's number of the request"),
}


def purpose_of(form: FormContent) -> str:
    """Return what sending a form does, empty for one that has no sentence of its own."""
    return next((said() for pattern, said in _PURPOSES if re.fullmatch(pattern, form.path)), "")


def page_of(form: FormContent) -> str:
    """Return the page that a form was sent from, to look at once more; empty where its address has no page."""
    return form.path if re.fullmatch(_WITH_PAGE, form.path) else ""


def shown_fields(form: FormContent) -> list[tuple[str, str]]:
    """Return label and value of the fields that a person filled in; what the pages themselves put in is left out."""
    labels = {name: said() for name, said in _LABELS.items()}
    labels |= {field.name: field.label for section in hire_sections() for field in section.fields}
    return [(labels[name], value) for name, value in form.fields if name in labels and value.strip()]
