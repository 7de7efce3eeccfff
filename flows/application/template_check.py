"""Check a template: tags that cannot be filled, what its PDF would lose, and whether the official wording is whole."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from flows.agreements.fields import FieldKind, fields_of
from flows.agreements.types import AgreementType, types
from flows.application.official_wording import name_of_type, wording_faults
from flows.dates import oslo_date
from flows.documents import TemplateFault, check_template, shown_name
from flows.errors import WrongUse
from flows.intake import read
from flows.intake.example_case import example_case
from flows.language import translate as _
from flows.register.database import utc_now
from flows.settings import shipped_folder


def template_faults(docx: Path, agreement: str = "") -> list[TemplateFault]:
    """Return the faults of a template of an agreement type, by default that which the name of its file or folder says.

    `agreement` is the name of a type, or another name of its template, without ending. Raises `WrongUse` where it is
    neither, and `TemplateRefused` for a file that is no Word document.
    """
    kind = type_of(agreement or name_of_type(docx))
    return check_template(docx, sample_of(kind.name), choices_of(kind)) + wording_faults(
        docx, kind, oslo_date(utc_now())
    )


def display_name(docx: Path) -> str:
    """Return what a template is called in sentences: its file, with its folder where that says more."""
    return shown_name(docx)


def sample_of(agreement: str) -> Mapping[str, object]:
    """Return the values that a case gives a template, by name: of an invented case in `fixtures/`, or the example.

    `agreement` is the name of a type, or of its template with or without ending. Raises `WrongUse` for another name.
    """
    return _sample(type_of(agreement).name, oslo_date(utc_now()))


def choices_of(kind: AgreementType, language: str = "nb") -> Mapping[str, frozenset[str]]:
    """Return the texts that a printed value is one of, by name: of fields with a choice, or a yes or no."""
    found = {}
    for name, one in fields_of(kind.case).items():
        if one.required and one.kind is FieldKind.YES_NO:
            found[name] = frozenset({"Ja", "Nei"})
        elif one.required and one.choices:
            found[name] = frozenset(kind.text(choice.label, language) for choice in one.choices)
    return found


@lru_cache(maxsize=16)
def _sample(name: str, today: date) -> Mapping[str, object]:
    cases = read(shipped_folder("fixtures") / "renewal-2027.xlsx", today).cases
    kind = types()[name]
    found = next((case.case for case in cases if case.type == name), None) or example_case(kind, today).case
    if found is None:
        raise WrongUse(
            _("The example of {name} is no case: `avtaleflyt type check` says what is wrong.").format(name=name)
        )
    return kind.context(found)


def type_of(agreement: str) -> AgreementType:
    """Return an agreement type by its name, or another name of its template, without ending or with it.

    Raises `WrongUse`.
    """
    wanted = agreement.casefold().removesuffix(".docx")
    for kind in types().values():
        if wanted in (kind.name, *kind.file_names):
            return kind
    raise WrongUse(
        _("{name} is the template of no agreement. Say which one it is for with --type: {known}.").format(
            name=agreement, known=", ".join(sorted(types()))
        )
    )
