"""Lines that are numbered beside the text."""

from io import BytesIO

from pypdf import PdfReader

from flows.documents import convert
from tests.typesetting.corpus_counting import numbered_lines
from tests.typesetting.docx_builder import PAGE, docx, paragraph
from tests.typesetting.pdf_inspection import Word, tags, words


def _numbers(document: bytes) -> list[list[tuple[str, str]]]:
    """Return the numbers of each page from above, each with the word that its line begins with."""
    found = words(convert(document).content)
    pages = []
    for page in range(1, max(word.page for word in found) + 1):
        here = [word for word in found if word.page == page]
        beside = sorted((word for word in here if word.right < 71), key=lambda word: word.top)
        pages.append(
            [
                (number.text, next((word.text for word in here if word is not number and _level(word, number)), ""))
                for number in beside
            ]
        )
    return pages


def _level(word: Word, number: Word) -> bool:
    return abs(word.bottom - number.bottom) < 1.5


def test_every_line_of_text_has_its_number() -> None:
    """Empty paragraphs count, tables and paragraphs that ask for none do not; each page begins anew."""
    first, second = _numbers(numbered_lines('<w:lnNumType w:countBy="1"/>'))
    assert [number for number, _ in first] == ["1", "2", "3", "4", "5", "6"]
    assert first[0][1] == "Kommunen"
    assert first[4] == ("5", "slutt")
    assert second == first[:5]


def test_numbers_go_on_and_are_shown_where_they_are_asked_for() -> None:
    """Only every second one, from a number on, past the end of the page."""
    first, second = _numbers(numbered_lines('<w:lnNumType w:countBy="2" w:start="9" w:restart="continuous"/>'))
    assert [number for number, _ in first] == ["10", "12", "14"]
    assert [number for number, _ in second] == ["16", "18", "20"]


def test_only_sections_that_ask_for_it_are_numbered() -> None:
    """The numbers of a section may go on past one that has none."""
    said = '<w:lnNumType w:countBy="1" w:restart="continuous"/>'

    def section(text: str, more: str) -> str:
        return paragraph(text, f"<w:sectPr>{PAGE}{more}</w:sectPr>")

    body = section("en", said) + section("to", "") + paragraph("tre")
    assert _numbers(docx(body, section=PAGE + said)) == [[("1", "en")], [], [("2", "tre")]]


def test_numbers_beside_lines_are_not_read_aloud() -> None:
    """They are artifacts: the tree of tags is that of the text alone, and no line of it moves."""
    plain, numbered = (convert(numbered_lines(said)).content for said in ("", '<w:lnNumType w:countBy="1"/>'))
    assert tags(numbered) == tags(plain)
    kept = [(word.text, word.page, word.left, word.top) for word in words(numbered) if word.right > 71]
    assert kept == [(word.text, word.page, word.left, word.top) for word in words(plain)]
    assert len(PdfReader(BytesIO(numbered)).pages) == 2
