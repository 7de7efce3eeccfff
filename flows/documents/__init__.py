"""Make documents: a Word template and a case's values come in, a filled DOCX and its tagged PDF/A-2a go out.

`load_template` reads a template, `check_template` looks it over, `fill` puts the values in, `convert` turns any DOCX
into PDF/A-2a and PDF/UA-1 (`convert_with_libreoffice` into PDF/A-2b), `missing_text` finds what of its words did not
arrive, `make` does it all for one case and proves the document, and `make_all` for many `DocumentJob`s in warm
processes. `ContactSheet` shows a batch.

A template that cannot be filled faithfully (a torn tag, an unknown or empty value, an unsafe tag) raises
`TemplateRefused`; a file that is no DOCX, or whose PDF would lose something, raises `DocumentRefused`; in a batch,
either is a `RefusedDocument`. `ComponentMissing` is raised where LibreOffice is asked for and not installed. Messages
name templates, tags and places, never values.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from flows.typesetting import Loss, Pdf, convert

if TYPE_CHECKING:
    from flows.documents.completeness_check import missing_text, missing_words, pages_of, shows
    from flows.documents.contact_sheet import INDEX as CONTACT_SHEET
    from flows.documents.contact_sheet import ContactSheet
    from flows.documents.contact_sheet import files_of as contact_sheet_files
    from flows.documents.engines import lost_outside, make_all
    from flows.documents.filling import fill
    from flows.documents.libreoffice import convert_with_libreoffice
    from flows.documents.pipeline import Document, make
    from flows.documents.process_pool import DocumentJob, RefusedDocument
    from flows.documents.signature_bookmarks import SignaturePlace, signature_places
    from flows.documents.template import Template, load_template, shown_name
    from flows.documents.template_check import check_template
    from flows.documents.template_fault import TemplateFault

__all__ = [
    "CONTACT_SHEET",
    "ContactSheet",
    "Document",
    "DocumentJob",
    "Loss",
    "Pdf",
    "RefusedDocument",
    "SignaturePlace",
    "Template",
    "TemplateFault",
    "check_template",
    "contact_sheet_files",
    "convert",
    "convert_with_libreoffice",
    "fill",
    "load_template",
    "lost_outside",
    "make",
    "make_all",
    "missing_text",
    "missing_words",
    "pages_of",
    "shown_name",
    "shows",
    "signature_places",
    "wording",
]  # fmt: skip

#: The module of each name, and its name there if another. A name is imported when it is first used: filling, converting
#: and proving load libraries of their own, and a command that needs one of them starts without the others.
_PLACES = {
    "CONTACT_SHEET": "contact_sheet.INDEX",
    "ContactSheet": "contact_sheet",
    "Document": "pipeline",
    "DocumentJob": "process_pool",
    "RefusedDocument": "process_pool",
    "SignaturePlace": "signature_bookmarks",
    "Template": "template",
    "TemplateFault": "template_fault",
    "check_template": "template_check",
    "contact_sheet_files": "contact_sheet.files_of",
    "convert_with_libreoffice": "libreoffice",
    "fill": "filling",
    "load_template": "template",
    "lost_outside": "engines",
    "make": "pipeline",
    "make_all": "engines",
    "missing_text": "completeness_check",
    "missing_words": "completeness_check",
    "pages_of": "completeness_check",
    "shown_name": "template",
    "shows": "completeness_check",
    "signature_places": "signature_bookmarks",
}


def __getattr__(name: str) -> object:
    """Import a name of this room's face when it is first used."""
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(name)
    module, _, other = place.partition(".")
    found = getattr(import_module(f"{__name__}.{module}"), other or name)
    globals()[name] = found
    return found
