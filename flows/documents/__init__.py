"""Makes documents: a Word template and a case's values come in, a filled DOCX and its tagged PDF/A-2a go out.

`load_template` reads a template, `fill` puts the values in, `convert` turns any DOCX into PDF/A-2a and PDF/UA-1,
`missing_words` proves that every word arrived, and `make` does it all for one case. A template that cannot be filled
faithfully (an unknown or empty value, an unsafe tag) raises `TemplateRefused`; a file that is no DOCX, or whose PDF
would lose something, raises `DocumentRefused`. Messages name templates, tags and places, never values.
"""

from flows.documents.completeness_check import missing_words
from flows.documents.filling import fill
from flows.documents.pipeline import Document, make
from flows.documents.signature_bookmarks import SignaturePlace, signature_places
from flows.documents.template import Template, load_template
from flows.typesetting.conversion import Pdf, convert
from flows.typesetting.docx.model import Loss

__all__ = [
    "Document", "Loss", "Pdf", "SignaturePlace", "Template", "convert", "fill", "load_template", "make",
    "missing_words", "signature_places",
]  # fmt: skip
