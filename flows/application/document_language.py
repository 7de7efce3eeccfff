"""The language of an agreement: that of its municipality, where the type has a template in it that may be used."""

from pathlib import Path
from typing import Any

from flows.agreements.municipalities import Municipality, by_number
from flows.agreements.types import NYNORSK_TEMPLATE, AgreementType
from flows.agreements.wording_versions import wording_versions
from flows.settings import Settings


def chosen_language(settings: Settings, kind: AgreementType, case: Any) -> str:
    """Return the language that the document of a case is to be made in: `nn`, or `nb` for all others.

    It is nynorsk for a municipality that writes nynorsk (`municipalities.csv`), where the type has a template in it. An
    unofficial translation counts once the setting `unofficial_nynorsk` says so; until then the official text is used.
    """
    if nynorsk_municipality(case) is None or kind.variant(case):
        return "nb"
    template = kind.nynorsk_template_in(settings.templates)
    if template is None or (not settings.unofficial_nynorsk and _is_unofficial(kind, template)):
        return "nb"
    return "nn"


def nynorsk_municipality(case: Any) -> Municipality | None:
    """Return the municipality of a case if it writes nynorsk."""
    municipality = by_number(case.kommunenr)
    return municipality if municipality is not None and municipality.written_norwegian == "nn" else None


def language_of(template_name: str) -> str:
    """Return the language of a template by the name that the register knows it by."""
    return "nn" if template_name.endswith(NYNORSK_TEMPLATE) else "nb"


def _is_unofficial(kind: AgreementType, template: Path) -> bool:
    versions = wording_versions((kind.folder, template.parent), "nn").values()
    return any(version.unofficial for version in versions)
