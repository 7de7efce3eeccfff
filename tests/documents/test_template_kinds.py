"""What `template check` finds, one kind a test: with part, paragraph, its text, and what to do."""

from pathlib import Path

import pytest

from flows.documents import TemplateFault, check_template
from tests.documents.test_quote_repair import BOX
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.hostile import parts_of, with_parts

SAMPLE: dict[str, object] = {"navn": "Kari", "liste": ["en", "to"], "sum": 3}
WHO = 'w:id="9" w:author="Kari"'
USES = paragraph("{{ navn }} {% for en in liste %}{{ en }}{% endfor %} {{ sum | kroner }}")
CORE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def faults(tmp_path: Path, content: bytes, stopping: bool | None = None) -> list[TemplateFault]:
    """Return the faults of a template that stop a batch, those that do not, or all."""
    path = tmp_path / "mal.docx"
    path.write_bytes(content)
    return [one for one in check_template(path, SAMPLE) if stopping is None or one.stops == stopping]


def cell(text: str, properties: str = "") -> str:
    """Return a cell."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def table(*rows: str) -> str:
    """Return a table of rows."""
    return f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="9"/></w:tblGrid>{"".join(rows)}</w:tbl>'


CHANGES = {
    "insertion": f"<w:p><w:ins {WHO}><w:r><w:t>ny</w:t></w:r></w:ins></w:p>",
    "deletion": f"<w:p><w:del {WHO}><w:r><w:delText>gammel</w:delText></w:r></w:del></w:p>",
    "moved from": f"<w:p><w:moveFrom {WHO}><w:r><w:t>x</w:t></w:r></w:moveFrom></w:p>",
    "moved to": f"<w:p><w:moveTo {WHO}><w:r><w:t>x</w:t></w:r></w:moveTo></w:p>",
    "look": paragraph("x", run=f"<w:b/><w:rPrChange {WHO}><w:rPr/></w:rPrChange>"),
    "paragraph": paragraph("x", f"<w:pPrChange {WHO}><w:pPr/></w:pPrChange>"),
    "paragraph mark": paragraph("x", f"<w:rPr><w:del {WHO}/></w:rPr>"),
    "numbering": paragraph("x", f"<w:numPr><w:ins {WHO}/></w:numPr>"),
    "section": paragraph("x", f"<w:sectPr><w:sectPrChange {WHO}><w:sectPr/></w:sectPrChange></w:sectPr>"),
    "row": table(f"<w:tr><w:trPr><w:ins {WHO}/></w:trPr>{cell('x')}</w:tr>"),
    "cell": table(f"<w:tr>{cell('x', f'<w:cellIns {WHO}/>')}</w:tr>"),
    "cell's look": table(f"<w:tr>{cell('x', f'<w:tcPrChange {WHO}><w:tcPr/></w:tcPrChange>')}</w:tr>"),
    "text box": BOX.format(f"<w:p><w:ins {WHO}><w:r><w:t>ny</w:t></w:r></w:ins></w:p>"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_tracked_change_is_found_in_text_tables_sections_and_marks(tmp_path: Path, change: str) -> None:
    """Each stops a batch: what would be agreed is not decided."""
    (found,) = faults(tmp_path, docx(USES + change), stopping=True)
    assert found.what.startswith("Her er en sporet endring")
    assert found.where.startswith("document, avsnitt ")


@pytest.mark.parametrize("part", ["header:default", "footer:first", "footnotes", "endnotes", "styles"])
def test_a_tracked_change_is_found_in_every_part(tmp_path: Path, part: str) -> None:
    """Headers, footers, notes and styles are looked through as the body is."""
    change = f"<w:p><w:ins {WHO}><w:r><w:t>ny</w:t></w:r></w:ins></w:p>"
    inner = {
        "footnotes": f'<w:footnote w:id="2">{change}</w:footnote>',
        "endnotes": f'<w:endnote w:id="2">{change}</w:endnote>',
        "styles": f'<w:style w:type="paragraph"><w:rPr><w:rPrChange {WHO}><w:rPr/></w:rPrChange></w:rPr></w:style>',
    }.get(part, change)
    (found,) = faults(tmp_path, docx(USES, parts={part: inner}), stopping=True)
    assert found.where.startswith(part.split(":")[0])


@pytest.mark.parametrize(
    "left",
    [
        "{navn}", "{ {navn} }", "{{{ navn }}}", "${navn}", "#{navn}", "\uff5b\uff5bnavn\uff5d\uff5d", "«navn»",
        "«fornavn_lege»", "[[navn]]", "[[ Navn ]]", "&lt;&lt;navn&gt;&gt;", "&lt;%= navn %&gt;", "[%navn%]", "%navn%",
        "@@navn@@", "##navn##", "[navn]", "[sett inn navn]", "&lt;navn&gt;", "xxx kommune", "}", "{", "$navn",
    ],
)  # fmt: skip
def test_a_placeholder_of_another_program_is_found(tmp_path: Path, left: str) -> None:
    """It would be printed as it stands; two of them are two faults."""
    found = faults(tmp_path, docx(USES + paragraph(f"Avtale med {left}.") + paragraph(f"Og {left}.")), stopping=True)
    assert {one.where for one in found} == {"document, avsnitt 2", "document, avsnitt 3"}
    assert {one.text[:3] for one in found} == {"Avt", "Og "}


@pytest.mark.parametrize(
    "text",
    [
        "Kalt «legesenteret» og «Følgende er avtalt»", "[1] [sic]", "50 % av 100 $, 5 &lt; 6 og 7 &gt; 6", "__________",
        "&lt;https://lovdata.no&gt; &lt;post@example.com&gt;", "§ 1.1 (navn) * # @ ~", "XXX. kongress, xx",
    ],
)  # fmt: skip
def test_what_an_agreement_may_say_is_no_placeholder(tmp_path: Path, text: str) -> None:
    """Quotation marks, brackets and signs of text stay."""
    assert faults(tmp_path, docx(USES + paragraph(text)), stopping=True) == []


def test_fields_of_mail_merge_are_found_however_they_are_divided(tmp_path: Path) -> None:
    """A field of one element, and one whose instruction stands in several runs and a link."""
    simple = '<w:p><w:fldSimple w:instr=" MERGEFIELD Lege "><w:r><w:t>«Lege»</w:t></w:r></w:fldSimple></w:p>'
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    code = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in (" MERGE", "FIELD  Lege "))
    divided = f'<w:p><w:hyperlink w:anchor="x">{begin}{code}{end}</w:hyperlink></w:p>'
    found = faults(tmp_path, docx(USES + simple + divided), stopping=True)
    assert ["(MERGEFIELD Lege)" in one.what for one in found] == [True, True]


@pytest.mark.parametrize(
    "tag",
    [
        "{{ navn.title }}", "{{ navn['x'] }}", "{{ navn[0] }}", "{{ liste }}", "{{ liste ~ '' }}",
        "{{ liste | upper }}", "{{ [1] }}", "{{ none }}", "{{ 1 == 1 }}", "{{ (1, 2) }}", "{{ '' }}",
        "{{ self }}", "{{ loop }}", "{{ navn == 'x' }}", "{{ navn, sum }}", "{{ [navn] }}", "{{ navn is defined }}",
        "{{ range }}", "{{ ukjent }}", "{{ navn | dato }}", "{{ navn.upper() }}", "{{ navn | first }}", "{{ true }}",
        "{% if navn == 'x' %}{{ navn.title }}{% endif %}", "{% for en in liste %}{{ loop.first }}{% endfor %}",
        "{% for en in liste %}{{ loop.cycle }}{% endfor %}", "{% for en in liste %}{{ en.title }}{% endfor %}",
    ],
)  # fmt: skip
def test_only_text_numbers_and_dates_are_printed(tmp_path: Path, tag: str) -> None:
    """A tag that would print anything else is found, also where a condition leaves it out."""
    found = faults(tmp_path, docx(USES + paragraph(f"Her: {tag}")), stopping=True)
    assert [one.where for one in found] == ["document, avsnitt 2"]


@pytest.mark.parametrize(
    "row",
    [
        f"<w:tr>{cell('{%tr for en in liste %}')}{cell('Sum')}</w:tr><w:tr>{cell('{%tr endfor %}')}</w:tr>",
        f"<w:tr>{cell('{%tr for en in liste %}{{ en }}')}</w:tr><w:tr>{cell('{%tr endfor %}')}</w:tr>",
        f"<w:tr>{cell('{%tc if navn %}x')}{cell('y')}{cell('{%tc endif %}')}</w:tr>",
        f"<w:tr>{cell('{% for en in liste %}{{ en }}')}{cell('{% endfor %}')}</w:tr>",
        f"<w:tr>{cell('{%p if navn %}')}</w:tr><w:tr>{cell('{%p endif %}')}</w:tr>",
    ],
)
def test_what_a_tag_would_take_with_it_is_found(tmp_path: Path, row: str) -> None:
    """Text in the tag's own row or cell, and blocks that begin in one cell and end in another."""
    assert faults(tmp_path, docx(USES + table(row)), stopping=True)


def test_every_fault_of_a_part_is_listed(tmp_path: Path) -> None:
    """Three tags of one paragraph and one of the next, not the first alone."""
    body = paragraph("{{ en }} {{r navn }} {{ navn.title }}") + paragraph("{{ to")
    found = faults(tmp_path, docx(USES + body), stopping=True)
    assert [one.where[-1] for one in found].count("2") >= 3
    assert any(one.where.endswith("avsnitt 3") for one in found)


def test_comments_are_named_with_their_paragraph_and_words(tmp_path: Path) -> None:
    """They do not stop a batch: nobody reads them in a PDF."""
    anchored = '<w:p><w:commentRangeStart w:id="4"/><w:r><w:t>§ 1</w:t></w:r><w:commentRangeEnd w:id="4"/></w:p>'
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    comment = f'<w:comments xmlns:w="{word}"><w:comment w:id="4">{paragraph("Spør Ola")}</w:comment></w:comments>'
    content = docx(USES + anchored, others={"c1": ("comments", "comments.xml", comment.encode())})
    (found,) = [one for one in faults(tmp_path, content, stopping=False) if "merknad" in one.what]
    assert ("Spør Ola" in found.what, found.where) == (True, "document, avsnitt 2")


PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="1" name="b"{}>{}</wp:docPr><a:graphic/>'
    "</wp:inline></w:drawing></w:r></w:p>"
)
DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative val="1"'
    ' xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative"/></a:ext></a:extLst>'
)
SHAPE = '<w:p><w:r><w:pict><v:shape{}><v:imagedata r:id="x"/></v:shape></w:pict></w:r></w:p>'


@pytest.mark.parametrize(
    ("picture", "at_fault"),
    [
        (PICTURE.format("", ""), True),
        (PICTURE.format(' descr=" "', ""), True),
        (PICTURE.format(' descr="Kommunevåpen"', ""), False),
        (PICTURE.format("", DECORATIVE), False),
        (SHAPE.format(""), True),
        (SHAPE.format(' alt="Kommunevåpen"'), False),
        (BOX.format(paragraph("Tekst")), False),
    ],
)
def test_a_picture_needs_a_text_alternative(tmp_path: Path, picture: str, at_fault: bool) -> None:
    """In DrawingML and in VML, unless it is decoration or a box of text."""
    found = faults(tmp_path, docx(USES + picture), stopping=False)
    assert any("alternativ tekst" in one.what for one in found) == at_fault


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (b"application/vnd.ms-word.document.macroEnabled.main+xml", "makroer"),
        (b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml", "makroer"),
        (b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", "Word-mal (.dotx)"),
        (b"application/xml", "annet Word-format"),
    ],
)
def test_other_kinds_of_word_documents_are_refused_with_how_to_save_them(
    tmp_path: Path, kind: bytes, said: str
) -> None:
    """Beside everything else that is wrong."""
    content = docx(USES + paragraph("{{ ukjent }}"))
    types = parts_of(content)["[Content_Types].xml"].replace(MAIN, kind)
    found = faults(tmp_path, with_parts(content, {"[Content_Types].xml": types}), stopping=True)
    assert said in found[0].what
    assert "filtypen Word-dokument (*.docx)" in found[0].what
    assert "ukjent" in found[1].what


def test_macros_objects_and_other_files_are_found(tmp_path: Path) -> None:
    """What executes, what is embedded, and what is a document of its own."""
    content = docx(USES, others={"z": ("aFChunk", "del.html", b"<p>{{ navn }}</p>")})
    parts = {"word/vbaProject.bin": b"x", "word/embeddings/ark.bin": b"x", "word/activeX/activeX1.xml": b"<x/>"}
    said = " ".join(one.what for one in faults(tmp_path, with_parts(content, parts)))
    assert all(one in said for one in ("makroer", "innebygd objekt", "ActiveX", "hel annen fil"))


ANSWERS = {"navn": frozenset({"Ja", "Nei"})}


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{% if navn %}x{% endif %}", "navn er alltid der"),
        ("{% if not navn %}x{% endif %}", "navn er alltid der"),
        ("{% if sum == 3 and navn %}x{% endif %}", "navn er alltid der"),
        ("{% if sum == 1 %}x{% elif navn %}y{% endif %}", "navn er alltid der"),
        ("{{ 'x' if navn else 'y' }}", "navn er alltid der"),
        ("{% if navn == 'ja' %}x{% endif %}", "navn er aldri «ja»"),
        ("{% if navn != 'Yes' %}x{% endif %}", "navn er aldri «Yes»"),
        ("{% if navn == true %}x{% endif %}", "navn er aldri «True»"),
        ("{% if navn == 'Ja' %}x{% elif navn == 'Nei' %}y{% endif %}", ""),
        ("{% if sum %}x{% endif %}", ""),
    ],
)
def test_a_condition_that_every_case_fulfils_is_found(tmp_path: Path, tag: str, said: str) -> None:
    """«Nei» is there as well as «Ja»; the text would stand in every agreement, or in none."""
    path = tmp_path / "mal.docx"
    path.write_bytes(docx(USES + paragraph(f"Her: {tag}")))
    found = [one for one in check_template(path, SAMPLE, ANSWERS) if one.stops]
    assert [one.where for one in found] == (["document, avsnitt 2"] if said else [])
    assert not said or said in found[0].what
