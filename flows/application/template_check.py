"""Check a template: tags that cannot be filled, what nothing fills, and what its PDF would lose."""

from collections.abc import Mapping
from pathlib import Path

from flows.agreements.types import AgreementType, types
from flows.dates import oslo_date
from flows.documents import TemplateFault, check_template
from flows.errors import WrongUse
from flows.intake import read
from flows.language import translate as _
from flows.register.database import utc_now
from flows.settings import shipped_folder


def template_faults(docx: Path, agreement: str = "") -> list[TemplateFault]:
    """Return the faults of a template of an agreement type, by default that which the file's name says.

    `agreement` is the name of a type, or of its template without ending. Raises `WrongUse` where it is neither, and
    `TemplateRefused` for a file that is no Word document.
    """
    return check_template(docx, sample_of(agreement or docx.name))


def sample_of(agreement: str) -> Mapping[str, object]:
    """Return the values that a case gives a template, by name: those of the invented cases in `fixtures/`.

    `agreement` is the name of a type, or of its template with or without ending. Raises `WrongUse` for another name.
    """
    wanted = agreement.casefold().removesuffix(".docx")
    for case in read(shipped_folder("fixtures") / "renewal-2027.xlsx", oslo_date(utc_now())).cases:
        kind = types()[case.type]
        if wanted in _names_of(kind):
            return kind.context(case.case)
    raise WrongUse(
        _("{name} is the template of no agreement. Say which one it is for with --type: {known}.").format(
            name=agreement, known=", ".join(sorted(kind.name for kind in types().values()))
        )
    )


def _names_of(kind: AgreementType) -> set[str]:
    return {kind.name, kind.template.casefold().removesuffix(".docx")}
