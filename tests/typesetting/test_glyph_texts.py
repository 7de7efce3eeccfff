"""What is read from a PDF of letters with marks is what was written, by a reader that shares no code with ours."""

import shutil
import subprocess
from pathlib import Path
from unicodedata import category, normalize

import pytest

from flows.typesetting import convert
from flows.typesetting.glyph_texts import mended
from tests.typesetting.docx_builder import docx, paragraph

TEXTS = [
    "q\u0303 q x\u0303 x",  # a mark that stands on one letter first, and letters that have one first
    "x\u030c\u0323 m\u0302 1\u0302",
    "Ива\u0301н",
    "b\u0338 a\u0332",
    "ﬁn ofﬁce difﬁcult",
]
"""Letters with marks that no font has as one glyph, and ligatures."""


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="apt-get install poppler-utils")
def test_letters_and_marks_are_read_as_written(tmp_path: Path) -> None:
    """By poppler, in the order in which they were written; ligatures may come as their letters."""
    path = tmp_path / "a.pdf"
    path.write_bytes(convert(docx("".join(map(paragraph, TEXTS)))).content)
    read = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert [normalize("NFKD", line) for line in read.split("\n") if line.strip()] == [
        normalize("NFKD", text) for text in TEXTS
    ]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="apt-get install poppler-utils")
@pytest.mark.parametrize("text", ["בְּרֵאשִׁית בָּרָא", "محمّدٌ عليٌّ", "سلام لا"])
def test_signs_from_right_to_left_are_all_read(tmp_path: Path, text: str) -> None:
    """Each as often as it was written, whatever their order."""
    path = tmp_path / "a.pdf"
    path.write_bytes(convert(docx(paragraph(text))).content)
    read = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert _letters_and_marks(read) == _letters_and_marks(text)


def _letters_and_marks(text: str) -> list[str]:
    return sorted(sign for sign in normalize("NFKD", text) if category(sign)[0] in "LM")


def test_a_glyph_says_its_part_of_a_cluster() -> None:
    """The font's knowledge decides where it fits the cluster; what fits nothing keeps the cluster's text."""
    known = {1: ("q",), 2: ("\u0303",), 3: ("ﬁ",), 4: ("\ufefb",), 5: ("z",)}
    texts = {1: "", 2: "q\u0303", 3: "fi", 4: "\u0644\u0627\u064b", 5: "ab", 6: "", 7: "x"}
    assert mended(texts, known) == {
        1: "q", 2: "\u0303", 3: "fi", 4: "\u0644\u0627", 5: "ab", 6: "\u200b", 7: "x",
    }  # fmt: skip
