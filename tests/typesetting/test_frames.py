"""Text frames and drop caps: where they stand, and how the text goes past them."""

import pytest

from flows.documents import convert
from tests.typesetting.docx_builder import STYLES, docx, paragraph
from tests.typesetting.pdf_inspection import place, tags, words
from tests.typesetting.test_conversion import MARGIN, TEXT_WIDTH, whole

_SENTENCE = "Kommunen og legen er enige om at avtalen gjelder for hele utdanningen i regionen. " * 3


def _framed(text: str, frame: str) -> str:
    return paragraph(text, f"<w:framePr {frame}/>")


def test_a_dropped_capital_stands_beside_its_lines() -> None:
    """The first lines begin right of the capital, the ones below it at the margin."""
    look = '<w:spacing w:line="720" w:lineRule="exact"/>'
    capital = f'<w:p><w:pPr><w:framePr w:dropCap="drop" w:lines="3" w:wrap="around" w:vAnchor="text"/>{look}</w:pPr>'
    capital += '<w:r><w:rPr><w:sz w:val="80"/></w:rPr><w:t>K</w:t></w:r></w:p>'
    pdf = whole(capital + paragraph("ommunen " + _SENTENCE * 2)).content
    letter, first = place(pdf, "K"), place(pdf, "ommunen")
    assert letter.left == pytest.approx(MARGIN, abs=1)
    assert first.left > letter.right - 1
    assert abs(first.top - letter.top) < 20
    assert min(word.left for word in words(pdf) if word.top > letter.top + 40) == pytest.approx(MARGIN, abs=1)


def test_a_frame_on_the_page_stands_there() -> None:
    """An address in a frame of its own, in a place for the window of an envelope."""
    frame = 'w:w="4000" w:h="1500" w:wrap="around" w:hAnchor="page" w:x="6000" w:vAnchor="page" w:y="3000"'
    pdf = whole(_framed("Nordlandssykehuset", frame) + "<w:p/>" + paragraph("Brevet")).content
    found = place(pdf, "Nordlandssykehuset")
    assert found.left == pytest.approx(300, abs=1)
    assert found.top == pytest.approx(150, abs=4)
    assert place(pdf, "Brevet").top < 120


def test_paragraphs_of_one_frame_stand_together() -> None:
    """Two lines in one frame stand one below the other, and the text goes past both."""
    frame = 'w:w="2000" w:wrap="around" w:vAnchor="text" w:hAnchor="margin" w:xAlign="right" w:y="1"'
    pdf = whole(_framed("øverst", frame) + _framed("nederst", frame) + paragraph(_SENTENCE)).content
    above, below = place(pdf, "øverst"), place(pdf, "nederst")
    assert above.left == below.left == pytest.approx(MARGIN + TEXT_WIDTH - 100, abs=1)
    assert below.top > above.top
    assert place(pdf, "Kommunen").top == pytest.approx(above.top, abs=2)
    assert max(word.right for word in words(pdf) if word.top < below.top - 3 and word.text != "øverst") < above.left


def test_a_page_number_in_a_frame_stands_at_its_side() -> None:
    """Word's own page number of old: a frame as wide as its figures, at the right of an empty line."""
    frame = '<w:framePr w:wrap="around" w:vAnchor="text" w:hAnchor="margin" w:xAlign="right" w:y="1"/>'
    number = f'<w:p><w:pPr>{frame}</w:pPr><w:fldSimple w:instr="PAGE"><w:r><w:t>9</w:t></w:r></w:fldSimple></w:p>'
    pdf = convert(docx(paragraph("tekst"), parts={"footer:default": number + "<w:p/>"})).content
    found = next(word for word in words(pdf) if word.text == "1")
    assert found.right == pytest.approx(MARGIN + TEXT_WIDTH, abs=1)


def test_an_empty_frame_takes_no_room_and_one_without_text_after_it_is_shown() -> None:
    """What follows an empty frame is where it would be without it; a frame may be all that a page holds."""
    frame = 'w:w="2000" w:wrap="around" w:vAnchor="text" w:y="1"'
    empty = f"<w:p><w:pPr><w:framePr {frame}/></w:pPr></w:p>"
    assert place(whole(empty + paragraph("tekst")).content, "tekst") == place(
        whole(paragraph("tekst")).content, "tekst"
    )
    assert place(whole(_framed("alene", frame)).content, "alene").left == pytest.approx(MARGIN, abs=1)


def test_a_frame_in_line_with_the_text_is_text() -> None:
    """A frame that was put back into the line is a paragraph as all others."""
    pdf = whole(_framed("først", 'w:wrap="auto" w:xAlign="left" w:yAlign="inline"') + paragraph("så")).content
    assert tags(pdf).count("P") >= 2
    assert place(pdf, "så").top > place(pdf, "først").top


def test_a_style_that_says_of_a_frame_only_what_every_paragraph_has_makes_none() -> None:
    """Pages writes such a one into each style: the text goes on over pages, as long as it is."""
    said = '<w:framePr w:anchorLock="0" w:w="0" w:h="0" w:hSpace="0" w:xAlign="left" w:y="0" w:vAnchor="margin"/>'
    style = f'<w:style w:type="paragraph" w:styleId="Body"><w:name w:val="Body"/><w:pPr>{said}</w:pPr></w:style>'
    body = "".join(paragraph(_SENTENCE, '<w:pStyle w:val="Body"/>') for _ in range(40))
    pdf = convert(docx(body, parts={"styles": STYLES + style}))
    assert pdf.pages > 1
    assert [word.text for word in words(pdf.content)].count("regionen.") == 120


def test_what_a_frame_does_not_say_its_style_says() -> None:
    """A margin note's style says how wide it is and where from; the note itself that text goes past it."""
    said = '<w:framePr w:w="2000" w:hSpace="180" w:wrap="around" w:vAnchor="text" w:hAnchor="page" w:x="8000" w:y="1"/>'
    style = f'<w:style w:type="paragraph" w:styleId="Note"><w:name w:val="Note"/><w:pPr>{said}</w:pPr></w:style>'
    note = paragraph("Margnotat", '<w:pStyle w:val="Note"/><w:framePr w:wrap="around"/>')
    pdf = convert(docx(note + paragraph(_SENTENCE), parts={"styles": STYLES + style})).content
    assert place(pdf, "Margnotat").left == pytest.approx(400, abs=1)


def test_a_frame_that_no_page_holds_goes_on_over_the_next() -> None:
    """No word of it is lost."""
    frame = 'w:w="4000" w:wrap="around" w:vAnchor="text" w:hAnchor="margin" w:xAlign="right" w:y="1"'
    body = "".join(_framed(_SENTENCE, frame) for _ in range(40))
    pdf = convert(docx(body + paragraph("Etter")))
    assert [word.text for word in words(pdf.content)].count("regionen.") == 120
