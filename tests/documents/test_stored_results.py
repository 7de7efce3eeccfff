"""Fields of Word whose result is of another day or page than the agreement are told, and those that show nothing."""

from pathlib import Path

import pytest

from flows.documents import TemplateFault, check_template, load_template, make
from flows.errors import TemplateRefused
from tests.typesetting.docx_builder import docx, paragraph


def field(instruction: str, result: str) -> str:
    """Return a field as Word writes it, in runs between its signs."""
    sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code = f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
    return f"{sign.format('begin')}{code}{sign.format('separate')}<w:r><w:t>{result}</w:t></w:r>{sign.format('end')}"


def faults(path: Path, body: str, footer: str = "") -> list[TemplateFault]:
    """Return what is wrong with the fields of a template that has this body, beside its tag."""
    parts = {"footer:default": footer} if footer else {}
    path.write_bytes(docx(paragraph("{{ navn }}") + body, parts=parts))
    return [fault for fault in check_template(path, {"navn": "Kari"}) if fault.what.startswith("Feltet ")]


@pytest.mark.parametrize(
    "instruction", ["DATE", 'date \\@ "dd.MM.yyyy"', "TIME", "SAVEDATE", "PRINTDATE", "CREATEDATE", "EDITTIME"]
)
def test_a_day_of_the_file_is_no_day_of_an_agreement(tmp_path: Path, instruction: str) -> None:
    """In text and footer, written either way, it stops the batch; the paragraph is named."""
    path = tmp_path / "mal.docx"
    (fault,) = faults(path, f"<w:p><w:r><w:t>Bodø, </w:t></w:r>{field(instruction, '01.02.2020')}</w:p>")
    assert (fault.where, fault.stops) == ("document, avsnitt 2", True)
    assert "viser en dag eller et klokkeslett for filen" in fault.what
    with pytest.raises(TemplateRefused, match="Feltet"):
        make(load_template(path), {"navn": "Kari"})
    simple = f"<w:p><w:fldSimple w:instr='{instruction}'><w:r><w:t>1.2.2020</w:t></w:r></w:fldSimple></w:p>"
    assert [one.stops for one in faults(path, "", simple)] == [True]


@pytest.mark.parametrize(
    "instruction", ["PAGEREF _Ref1", "REF _Ref1 \\h", "FILENAME", "STYLEREF Normal", "= 2+2", "IF a b c"]
)
def test_what_word_stored_is_told_and_goes_on(tmp_path: Path, instruction: str) -> None:
    """It may be right, so the batch is not stopped; without anything stored, a place is empty, and it is."""
    path = tmp_path / "mal.docx"
    (fault,) = faults(path, f"<w:p>{field(instruction, '7')}</w:p>")
    assert not fault.stops
    assert "viser det Word lagret i malen" in fault.what
    (empty,) = faults(path, f"<w:p>{field(instruction, '')}</w:p>")
    assert empty.stops
    assert "viser ingenting" in empty.what


def test_numbers_that_word_works_out_on_screen_are_not_lost(tmp_path: Path) -> None:
    """LISTNUM and its kind have no stored result; the paragraph would lose its number."""
    (fault,) = faults(tmp_path / "mal.docx", f"<w:p>{field('AUTONUM', '')}<w:r><w:t> Partene</w:t></w:r></w:p>")
    assert fault.stops


def test_page_numbers_are_worked_out_and_links_are_text(tmp_path: Path) -> None:
    """What is right on every page is no fault; a table of contents is one, told once."""
    body = "".join(f"<w:p>{field(code, '9')}</w:p>" for code in ("PAGE", "NUMPAGES", "PAGE \\* ROMAN", "HYPERLINK x"))
    assert faults(tmp_path / "mal.docx", body) == []
    sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    lines = [f"<w:r><w:t>Kapittel</w:t></w:r>{field('PAGEREF _Toc1', '2')}" for _line in range(3)]
    code = "<w:r><w:instrText> TOC \\o </w:instrText></w:r>"
    contents = (
        f"<w:p>{sign.format('begin')}{code}{sign.format('separate')}{lines[0]}</w:p><w:p>{lines[1]}</w:p>"
        f"<w:p>{lines[2]}{sign.format('end')}</w:p>"
    )
    assert [one.what[:12] for one in faults(tmp_path / "mal.docx", contents)] == ["Feltet TOC \\"]
