"""Content controls that are bound to values elsewhere in the file show them, as Word does."""

import pytest

from flows.documents import convert, missing_words
from tests.typesetting.corpus_constructs import bound, with_source
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.pdf_inspection import text

_LEGE = "<n:lege>Kari Prøve</n:lege>"
_RUN = "<w:r><w:rPr><w:b/></w:rPr><w:t>Gammelt</w:t></w:r><w:r><w:t> navn</w:t></w:r>"


@pytest.mark.parametrize(
    "body",
    [
        bound(inside=paragraph("Gammelt navn")),
        f"<w:p>{bound(inside=_RUN)}</w:p>",
        f"<w:p>{bound()}</w:p>",
        bound(),
        f"<w:p><w:ins>{bound(inside=_RUN)}</w:ins></w:p>",
        f"<w:tbl><w:tr>{bound(inside='<w:tc>' + paragraph('Gammelt navn') + '</w:tc>')}</w:tr></w:tbl>",
    ],
    ids=["paragraph", "run", "empty run", "empty paragraph", "inserted", "cell"],
)
def test_a_bound_control_shows_its_value(body: str) -> None:
    """The value stands there once, in place of what the control held when it was last saved."""
    made = with_source(f"{paragraph('Lege:')}{body}{paragraph('slutt')}", _LEGE)
    pdf = convert(made).content
    assert "".join(text(pdf).split()) == "Lege:KariPrøveslutt"
    assert missing_words(made, pdf) == []


@pytest.mark.parametrize(
    ("path", "source", "shown"),
    [
        ("/n:avtale/n:lege", _LEGE, "Kari Prøve"),
        ("/n:avtale[1]/n:lege[2]", f"{_LEGE}<n:lege>Per</n:lege>", "Per"),
        ("/n:avtale[1]/@n:sted", _LEGE, "Gammelt navn"),
        ("/n:avtale[1]/n:lege[3]", _LEGE, "Gammelt navn"),
        ("/n:avtale[1]/n:lege[1]", "<n:lege> </n:lege>", "Gammelt navn"),
        ("/n:avtale[1]/n:lege[1]", "<n:lege>{{ lege_navn }}</n:lege>", "Gammelt navn"),
        ("//n:lege[contains(., 'K')]", _LEGE, "Gammelt navn"),
        ("/n:avtale[1]/n:lege[1]/n:navn[1]/text()", "<n:lege><n:navn>Åse</n:navn></n:lege>", "Åse"),
        ("/n:avtale[1]/n:lege[1]/@fornavn", '<n:lege fornavn="Siv"/>', "Siv"),
    ],
)
def test_a_binding_follows_the_paths_that_word_writes(path: str, source: str, shown: str) -> None:
    """What leads nowhere, to nothing, or to a template's tag leaves the control as it is."""
    made = with_source(bound(inside=paragraph("Gammelt navn"), path=path), source)
    assert " ".join(text(convert(made).content).split()) == shown


def test_a_list_shows_the_words_of_the_bound_value() -> None:
    """A drop-down list is bound to a value, and shows the words that stand for it."""
    kind = '<w:dropDownList><w:listItem w:displayText="Ja, hele tida" w:value="1"/></w:dropDownList>'
    made = with_source(bound(kind, paragraph("Velg")), "<n:lege>1</n:lege>")
    assert "Ja, hele tida" in text(convert(made).content)


def test_a_bound_value_has_lines_and_not_the_look_of_a_prompt() -> None:
    """Line ends of the value are line ends on the page; the grey prompt that stood there gives it no colour."""
    grey = '<w:rStyle w:val="Prompt"/><w:color w:val="FFFFFF"/>'
    made = with_source(bound(inside=paragraph("Velg", run=grey), prompt=True), "<n:lege>en\nto</n:lege>")
    assert text(convert(made).content).split("\n")[:2] == ["en", "to"]


def test_the_title_of_the_file_stands_where_a_control_asks_for_it() -> None:
    """Title pages of Word are bound to the properties of the file."""
    control = (
        "<w:sdt><w:sdtPr><w:dataBinding w:prefixMappings=\"xmlns:ns0='http://purl.org/dc/elements/1.1/' xmlns:ns1="
        "'http://schemas.openxmlformats.org/package/2006/metadata/core-properties' \""
        ' w:xpath="/ns1:coreProperties[1]/ns0:title[1]" w:storeItemID="{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"/>'
        f"<w:text/></w:sdtPr><w:sdtContent>{paragraph('[Tittel]')}</w:sdtContent></w:sdt>"
    )
    assert "Avtale om ALIS" in text(convert(docx(control, title="Avtale om ALIS")).content)
