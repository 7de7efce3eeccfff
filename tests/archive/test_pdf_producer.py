"""Which program made a document is told of its record."""

from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from flows.archive.pdf_metadata import producer_of
from tests.signing_desk.documents import agreement


def test_the_producer_is_what_the_document_says() -> None:
    """Two readers of PDF find the same."""
    told = str(PdfFileReader(BytesIO(agreement())).trailer["/Info"]["/Producer"])
    assert told
    assert producer_of(agreement()) == told[:100]


@pytest.mark.parametrize("content", [b"", b"no PDF", b"%PDF-1.7\n%%EOF"])
def test_what_cannot_be_read_says_nothing(content: bytes) -> None:
    """It is archived or refused for other reasons."""
    assert producer_of(content) == ""
