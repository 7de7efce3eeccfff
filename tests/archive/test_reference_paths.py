"""The paths to the objects of an earlier revision are those that pyHanko finds."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from weasyprint import HTML

from flows.archive.pdf_reader import SignedPdfReader
from flows.pdf_updates import AppendingPdfWriter
from tests.archive.signed_agreements import NAMES, authority, signed
from tests.signing_desk.documents import agreement


def _signed_tagged() -> bytes:
    once = authority().sign(agreement(), NAMES[0], "Signatur1")
    return authority().sign(once, NAMES[1], "Signatur2")


def _paths(revision: Any) -> dict[Reference, set[tuple[str | int, ...]]]:
    revision._load_reverse_xref_cache()
    every = {Reference(number, 0) for number in range(1, int(revision.trailer_view["/Size"]))}
    return {one: {path.path for path in revision._get_usages_of_ref(one)} for one in every}


@pytest.mark.parametrize("make", [signed, agreement, _signed_tagged])
def test_every_path_of_every_revision_is_found(make: Callable[[], bytes]) -> None:
    """Pages, tags, forms and what they share: reference by reference, revision by revision."""
    content = make()
    ours, theirs = SignedPdfReader(content), PdfFileReader(BytesIO(content))
    for number in range(theirs.total_revisions):
        expected = _paths(HistoricalResolver(theirs, number))
        assert _paths(ours.get_historical_resolver(number)) == expected
        assert sum(map(len, expected.values())) > 20


def test_pages_that_refer_to_each_other_are_followed_as_pages_alone() -> None:
    """A link from each page to the other adds a path to it, and none to what stands on it."""
    two = HTML(string="<p>En</p><p style='break-before: page'>To</p>").write_pdf(pdf_variant="pdf/a-2a")
    writer = AppendingPdfWriter(two)
    for number, other in ((0, 1), (1, 0)):
        page, target = (writer.find_page_for_modification(one)[0] for one in (number, other))  # type: ignore[no-untyped-call]
        page.get_object()["/Next"] = target
        writer.mark_update(page)
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    content = output.getvalue()
    ours, theirs = SignedPdfReader(content), PdfFileReader(BytesIO(content))
    assert _paths(ours.get_historical_resolver(1)) == _paths(HistoricalResolver(theirs, 1))


def test_a_page_that_is_twice_in_the_tree_cannot_be_read() -> None:
    """Nobody can say which place of the two is the page's own."""
    writer = AppendingPdfWriter(agreement())
    pages = writer.root["/Pages"]
    pages["/Kids"].append(pages["/Kids"].raw_get(0))
    writer.update_container(pages["/Kids"])
    writer.update_container(pages)
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    revision: Any = SignedPdfReader(output.getvalue()).get_historical_resolver(1)
    with pytest.raises(PdfReadError):
        revision._load_reverse_xref_cache()
