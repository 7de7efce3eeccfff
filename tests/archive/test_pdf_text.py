"""The text of a PDF is what stands on its pages, words that lines divide included."""

from weasyprint import HTML

from flows.archive.pdf_text import split_words, text_of, words


def narrow(words_of_it: str) -> bytes:
    """Return a PDF whose lines are so narrow that its words must be divided."""
    html = f'<html lang="nb"><style>p{{width:3.2cm;hyphens:auto;font-size:14pt}}</style><p>{words_of_it}</p></html>'
    return bytes(HTML(string=html).write_pdf(pdf_variant="pdf/a-2a"))


def test_divided_words_are_put_together() -> None:
    """A word that the typesetter divides, and one that has a hyphen of its own where the line ends."""
    text = text_of(narrow("Tilleggsavtalen om helse&shy;foretaket og Nordlands-sykehuset i Čáhppe"))
    assert {"helseforetaket", "nordlandssykehuset"} <= set(split_words(text).split())
    assert "čáhppe" in text.casefold()
    assert {"om", "og", "cahppe"} <= set(words(text))
    assert not set(text) & {"\ufffe", "\r", "\x00"}


def test_pages_follow_each_other() -> None:
    """Every page is read, in order, a line a line."""
    html = "<p>Første side</p><p style='break-before: page'>Andre side</p>"
    assert text_of(bytes(HTML(string=html).write_pdf())).split("\n") == ["Første side", "Andre side"]


def test_what_cannot_be_read_has_no_text() -> None:
    """A damaged file is archived or quarantined for other reasons; search finds nothing in it."""
    assert text_of(b"%PDF-1.7 avbrutt") == ""
