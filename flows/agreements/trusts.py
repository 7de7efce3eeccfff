"""Look up the hospital trusts that a municipality can have an agreement with, in `trusts.toml`.

The official text of a trust is its owner's. Where it is not that of the template, it lies in a folder of the trust's
below that of the type, with what the trust has told of its number and deadlines in `trust.toml`.
"""

import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from flows.agreements.local_files import templates_folder
from flows.errors import WrongUse
from flows.language import translate as _

_TYPE = "tjenesteavtale6"
_TEMPLATE, _TOLD = "template.docx", "trust.toml"


@dataclass(frozen=True, slots=True)
class Trust:
    """One hospital trust and what is particular to its agreement about ALIS.

    `agreement` is the number of its tjenesteavtale and `annex` what its agreement about ALIS is called, empty where not
    known. `printed` tells whether the official text of the template is written for this trust. The months are counted
    back from the planned start of hospital service; None where the trust's deadline is not known.
    """

    name: str
    short_name: str
    organisation_number: str
    agreement: str
    source: str
    annex: str = ""
    printed: bool = False
    needs_reported_from_months: int | None = None
    needs_reported_by_months: int | None = None
    contract_from_months: int | None = None
    contract_by_months: int | None = None

    @property
    def folder(self) -> str:
        """The name of the folder of the trust's own text, below that of the type; empty for that of the template."""
        return "" if self.printed else self.short_name.casefold()

    @property
    def title(self) -> str:
        """What its agreement about ALIS is called."""
        return f"{self.short_title}, {self.annex or 'avtale'} om ALIS" if self.agreement else self.short_title

    @property
    def short_title(self) -> str:
        """What it is called in titles that have little room."""
        return f"Tjenesteavtale {self.agreement}" if self.agreement else "Tjenesteavtale om ALIS"

    @property
    def unknown_deadlines(self) -> bool:
        """Whether nobody has told how long before a service the trust wants to be asked, or makes the contract."""
        return self.needs_reported_by_months is None or self.contract_by_months is None


_OF_THE_OWNER = {
    "agreement": str,
    "annex": str,
    **dict.fromkeys((one.name for one in fields(Trust) if one.name.endswith("_months")), int),
}
"""What `trust.toml` may tell, and as what."""


@cache
def trusts() -> tuple[Trust, ...]:
    """Return all trusts, in the order of the file, with what their owners have told.

    Raises `WrongUse` for a `trust.toml` that cannot be used.
    """
    with (Path(__file__).parent / "trusts.toml").open("rb") as file:
        return tuple(_told(Trust(**entry)) for entry in tomllib.load(file)["trust"])


def by_organisation_number(number: str) -> Trust | None:
    """Return the trust with this organisation number, or None."""
    return next((trust for trust in trusts() if trust.organisation_number == number), None)


def by_trust_name(name: str) -> Trust | None:
    """Return the trust by its name or short name, regardless of case, or None."""
    wanted = name.casefold().strip()
    return next((trust for trust in trusts() if wanted in (trust.name.casefold(), trust.short_name.casefold())), None)


def folder_of_text(trust: Trust) -> Path:
    """Return where the official text of a trust lies, or is to lie."""
    return templates_folder() / _TYPE / trust.folder


def has_text(trust: Trust) -> bool:
    """Return whether the official text of a trust is here."""
    return trust.printed or (folder_of_text(trust) / _TEMPLATE).is_file()


def _told(trust: Trust) -> Trust:
    """Return a trust with what its own file tells of what was not known."""
    path = folder_of_text(trust) / _TOLD
    if trust.printed or not path.is_file():
        return trust
    try:
        told: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WrongUse(_("The file {path} cannot be used: {why}.").format(path=path, why=error)) from None
    wrong = [key for key, value in told.items() if type(value) is not _OF_THE_OWNER.get(key)]
    other = [key for key, value in told.items() if key not in wrong and getattr(trust, key) not in ("", None, value)]
    if wrong or other:
        why = _("it does not take {keys}, or trusts.toml says otherwise").format(keys=", ".join([*wrong, *other]))
        raise WrongUse(_("The file {path} cannot be used: {why}.").format(path=path, why=why))
    return replace(trust, **told)
