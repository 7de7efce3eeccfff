"""The format of a record's PDF, as PRONOM names it."""

import pytest

from flows.archive.pronom_formats import format_of


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"pdfa": "2A", "pdf_version": "1.7"}, ("fmt/476", "PDF/A-2a")),
        ({"pdfa": "3B"}, ("fmt/480", "PDF/A-3b")),
        ({"pdfa": "", "pdf_version": "1.6"}, ("fmt/20", "PDF 1.6")),
        ({"pdfa": "", "pdf_version": "2.0"}, ("fmt/1129", "PDF 2.0")),
        ({"pdfa": ""}, ("fmt/276", "PDF 1.7")),
    ],
)
def test_a_format_is_what_the_file_claims(details: dict[str, str], expected: tuple[str, str]) -> None:
    """The claim to PDF/A where there is one; otherwise plain PDF of the version that it says, never a claim of ours."""
    assert format_of(details) == expected
