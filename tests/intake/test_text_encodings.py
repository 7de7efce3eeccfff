"""Encodings are told by evidence, and letters that were damaged on their way are told at their place.

A file is read right, or a sentence says what to do: no letter is guessed.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.errors import CasesUnreadable
from tests.intake.text_files import HEADINGS, file_of, judged, line, row, texts

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
OLD_ENCODINGS = ["cp1252", "latin-1", "iso8859-15", "cp865", "cp850", "mac-roman"]


@pytest.mark.parametrize("encoding", ENCODINGS + OLD_ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_encoding_is_told_by_evidence(tmp_path: Path, encoding: str, end: str) -> None:
    """With and without a mark, and in the encodings of one byte a letter: every letter comes out as it was."""
    text = "Læring på Åmot, Ørje & Ærfugl"
    if encoding not in ("latin-1", "iso8859-15"):
        text += " – «kurs» Ålesund’s"
    if encoding in ("cp865", "cp850"):
        text = text.replace("–", "-").replace("’", "'").replace("«", "").replace("»", "")
    found = judged(tmp_path, file_of(line(row(1, text=text)), line(row(2)), end=end).encode(encoding))
    assert found.problems == ()
    assert texts(found)[0] == text
    assert [each.case.model_dump()["lege_navn"] for each in found.cases] == ["Kari Åsbø"] * 2


@pytest.mark.parametrize("encoding", OLD_ENCODINGS)
@pytest.mark.parametrize("word", ["Bodø", "Ås", "blå", "Tromsø;", "ærlig", "SØR", "én øy"])
def test_one_letter_is_read_right_or_not_at_all(tmp_path: Path, encoding: str, word: str) -> None:
    """With headings in plain letters and one other letter in the whole file, it is that letter or a sentence."""
    plain = {heading: heading for heading in HEADINGS} | {
        HEADINGS[12]: "forventet_avslutning",
        "4.1.2 Læringsaktiviteter": "avtalt_laeringsaktiviteter",
        "Navn på veileder i allmennmedisin": "veileder_navn",
    }
    cells = [cell.replace("Bodø", "Bodo").replace("Bjørn", "Bjorn") for cell in row(1, name="Kari Lie")]
    cells[-1] = word
    content = "".join(f"{each}\n" for each in (line([plain[heading] for heading in HEADINGS]), line(cells)))
    try:
        found = judged(tmp_path, content.encode(encoding))
    except CasesUnreadable:
        return
    assert word in bytes.decode((tmp_path / "saker.csv").read_bytes(), encoding)
    assert {each.column for each in found.problems} <= {"kommune_navn"}
    values = [each.value for each in found.problems] + texts(found)
    assert all(value.isascii() or value == word for value in values)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (file_of(line(row(1))).encode("cp500"), "tegnsett som lar seg avgjøre"),
        (bytes(range(256)) * 20, "tegnsett som lar seg avgjøre"),
        (b"\xff\xfe" + file_of(line(row(1))).encode("utf-16-le")[:-1], "tegnsett som lar seg avgjøre"),
        (b"\xef\xbb\xbf" + "Bodø".encode("cp1252"), "tegnsett som lar seg avgjøre"),
        (file_of(line(row(1))).encode() + line(row(2)).encode("cp1252"), "på linje 3"),
        (file_of(line(row(1))).encode()[:-20] + "Bodø".encode()[:-1], "på linje 2"),
        ("a;D’Arcy\n".encode("cp1252"), "på linje 1"),
        ("čáŋŧ\n".encode("iso8859_10") + b"abcdefghijkl", "på linje 1"),
        (b"PK\x03\x04" + bytes(100), r"begynner som en \.xlsx"),
        (b"%PDF-1.7", r"begynner som en \.pdf"),
        (b"<html><table>", "nettside"),
    ],
)
def test_what_is_no_known_text_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    """EBCDIC, binary, half a character, a mark that is not true, two encodings in one file, another kind of file."""
    with pytest.raises(CasesUnreadable, match=sentence):
        judged(tmp_path, content)


def taken_for(codec: str) -> Callable[[str], str]:
    """Return what makes of a text what it becomes when its UTF-8 is taken for another encoding."""

    def wrong(text: str) -> str:
        return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode())

    return wrong


@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "cp850", "mac-roman"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_file_that_was_encoded_twice_is_one_problem(tmp_path: Path, codec: str, times: int) -> None:
    """«BodÃ¸» is never printed: no case is taken, and the sentence shows what it should be."""
    content = file_of(line(row(1)), line(row(2)))
    for _time in range(times if codec == "cp1252" else 1):
        content = taken_for(codec)(content)
    found = judged(tmp_path, content)
    (problem,) = found.problems
    assert (found.count, problem.level) == (0, "error")
    assert "ø" in problem.message


@pytest.mark.parametrize(
    "name",
    [
        "BjÃ¸rn Ås",
        "Bj�rn Ås",
        "Bj\x91rn Ås",
        "Bj\x00rn Ås",
        "Bj?rn Ås",
        "Bj&oslash;rn Ås",
        "Bj&#248;rn",
        "Bj=C3=B8rn Ås",
        "Bj\\u00f8rn",
        "Bj├©rn Ås",
        "Bj√∏rn Ås",
    ],
)
def test_damaged_letters_in_one_cell_are_told_there(tmp_path: Path, name: str) -> None:
    """A cell that was copied from a damaged text is wrong in itself; the other rows go on."""
    found = judged(tmp_path, file_of(line(row(1, name=name)), line(row(2))))
    assert [(each.cell, each.column, each.level) for each in found.problems] == [("E2", "lege_navn", "error")]
    assert [each.place.row for each in found.cases] == [3]


@pytest.mark.parametrize(
    "text",
    [
        "PÅ\u00a0VEGNE av «SMÅ»",
        "BLÅ…",
        "Er det så? Ja.",
        "https://eksempel.no/a?b=c&d;e=f%C3%B8",
        "R&D; A&B; &amp; &lt;b&gt;",
        "x=C3; y=1",
        "C:\\user",
        "½ §",
    ],
)
def test_letters_that_are_as_they_should_be(tmp_path: Path, text: str) -> None:
    """What only looks like damage is none."""
    found = judged(tmp_path, file_of(line(row(1, text=text))))
    assert found.problems == ()
    assert texts(found) == [text.replace("\u00a0", " ")]
