"""Tags: the references of a document's pages are gathered once, not for every tag that names its page."""

from collections.abc import Sequence
from typing import Any

from weasyprint import pdf as pdf_writing
from weasyprint.pdf import tags

from flows.typesetting.weasyprint_patches.replacements import Replacements

_add = tags.add_tags


class _WithItsPages:
    """A PDF whose pages are all there, as tags see it."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self.page_references = pdf.page_references
        self.add_object = pdf.add_object

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pdf, name)


def add_tags(pdf: Any, document: Any, pdf_version: str, page_streams: Sequence[Any]) -> None:
    """Add the tree of tags to a PDF; no page comes to it meanwhile."""
    _add(_WithItsPages(pdf), document, pdf_version, page_streams)


REPLACEMENTS: Replacements = ((_add, add_tags, (pdf_writing,)),)
RELIES_ON = (tags._build_box_tree,)
