"""Check a template: tags that no case fills, what its PDF would lose, and whether the official wording is whole."""

from pathlib import Path

from flows.agreements.types import types
from flows.application.official_wording import wording_faults
from flows.application.preview import names_of
from flows.dates import oslo_date
from flows.documents.template_check import TemplateFault, check_template
from flows.register.database import utc_now


def template_faults(docx: Path) -> list[TemplateFault]:
    """Return the faults of a template, whose file name says which agreement it is for. Raises `WrongUse`."""
    faults = check_template(docx, names_of(docx.name))
    kind = next(kind for kind in types().values() if kind.template == docx.name)
    return faults + wording_faults(docx, kind, oslo_date(utc_now()))
