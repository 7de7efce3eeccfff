"""Check a template: tags that no case fills, and what its PDF would lose."""

from pathlib import Path

from flows.application.preview import names_of
from flows.documents.template_check import TemplateFault, check_template


def template_faults(docx: Path) -> list[TemplateFault]:
    """Return the faults of a template, whose file name says which agreement it is for. Raises `WrongUse`."""
    return check_template(docx, names_of(docx.name))
