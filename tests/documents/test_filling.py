"""Templates and how they are filled."""

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from flows.documents import Template, fill, load_template
from flows.errors import DocumentRefused, TemplateRefused
from tests.documents.test_quote_repair import BOX
from tests.typesetting.docx_builder import docx, paragraph


def template(tmp_path: Path, body: str, **kwargs: object) -> Template:
    """Write a template and load it."""
    path = tmp_path / "mal.docx"
    path.write_bytes(docx(body, **kwargs))  # type: ignore[arg-type]
    return load_template(path)


def texts(content: bytes, part: str = "document") -> str:
    """Return the text of one part of a DOCX."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        name = next(name for name in package.namelist() if name.startswith(f"word/{part}"))
        return "".join(map(str, etree.fromstring(package.read(name)).itertext()))


def test_a_template_knows_its_name_title_version_and_digest(tmp_path: Path) -> None:
    """What a document is filled from can be told years later."""
    found = template(tmp_path, paragraph("x"), title="En tittel", version="2.3")
    assert (found.name, found.title, found.version, len(found.sha256)) == ("mal", "En tittel", "2.3", 64)


def test_a_template_without_a_version_is_refused(tmp_path: Path) -> None:
    """A document must be able to say which version of its template it comes from."""
    with pytest.raises(TemplateRefused, match=r"mal\.docx"):
        template(tmp_path, paragraph("x"), version="")


@pytest.mark.parametrize("content", [b"", b"just text", b"\xd0\xcf\x11\xe0 old Word", b"PK\x03\x04 broken"])
def test_what_is_no_docx_is_no_template(tmp_path: Path, content: bytes) -> None:
    """A file of another kind is refused in one sentence that names it."""
    path = tmp_path / "feil.docx"
    path.write_bytes(content)
    with pytest.raises(TemplateRefused, match=r"feil\.docx"):
        load_template(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A wrong path ends in a sentence, not in a traceback."""
    with pytest.raises(TemplateRefused, match=r"borte\.docx"):
        load_template(tmp_path / "borte.docx")


@pytest.mark.parametrize("value", ["<select>", "Ole & Kari", "a < b > c", "«sitat» “x”", "{_{ x %_}", "&amp;", "]]>"])
def test_signs_of_xml_in_a_value_are_text(tmp_path: Path, value: str) -> None:
    """Nothing in a value can cut the document short or alter it."""
    filled = fill(template(tmp_path, paragraph("før {{ navn }} etter") + paragraph("sist")), {"navn": value})
    assert texts(filled) == f"før {value} ettersist"


def test_two_cases_never_share_a_name(tmp_path: Path) -> None:
    """Every case is filled from the template as it lies in the file, not from the case before."""
    mal = template(tmp_path, paragraph("{{ navn }}"))
    first, second = fill(mal, {"navn": "Kari"}), fill(mal, {"navn": "Ola"})
    assert (texts(first), texts(second)) == ("Kari", "Ola")


def test_the_same_case_gives_the_same_bytes(tmp_path: Path) -> None:
    """A document can be made again and compared."""
    mal = template(tmp_path, paragraph("{{ navn }}"))
    assert fill(mal, {"navn": "Kari"}) == fill(mal, {"navn": "Kari"})


def test_a_line_break_in_a_value_is_a_new_line(tmp_path: Path) -> None:
    """A box of several lines keeps them."""
    filled = fill(template(tmp_path, paragraph("{{ boks }}")), {"boks": "en\nto"})
    with zipfile.ZipFile(BytesIO(filled)) as package:
        assert b"<w:br/>" in package.read("word/document.xml")


@pytest.mark.parametrize(
    ("tag", "named"),
    [
        ("{{ ukjent }}", "ukjent"),
        ("{{ navn.ukjent }}", "ukjent"),
        ("{{ tom }}", "tom"),
        ("{{ ingen }}", "ingen"),
        ("{{ navn", "mal"),
        ("{{ start-dato }}", "start"),
        ("{{ navn | finnesikke }}", "finnesikke"),
        ("{{ navn | dato }}", "mal"),
        ("{{ navn | kroner }}", "mal"),
    ],
)
def test_a_tag_that_cannot_be_filled_is_refused_by_name(tmp_path: Path, tag: str, named: str) -> None:
    """The sentence names template and tag, and holds no value."""
    mal = template(tmp_path, paragraph(tag))
    with pytest.raises(TemplateRefused, match=named) as refused:
        fill(mal, {"navn": "Hemmelig Person", "tom": "  ", "ingen": None})
    assert "mal" in str(refused.value)
    assert "Hemmelig" not in str(refused.value)


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ''.__class__ }}",
        "{{ navn.__class__.__mro__ }}",
        "{{ [].append.__globals__ }}",
        "{{ navn.format.__self__ }}",
        "{{ lipsum.__globals__ }}",
        "{{ cycler.__init__ }}",
        "{{ navn | attr('__class__') }}",
        "{{ '{0.__class__}'.format(navn) }}",
        "{{ '%s' | format(navn) }}",
        "{{ navn | map(attribute='__class__') | list }}",
        "{{ navn['__class__'] }}",
        "{{ namespace(x=1) }}",
        "{{ joiner() }}",
        "{{ dict(x=1) }}",
        "{{ self.__init__ }}",
        "{{ config }}",
        "{{ navn | safe }}",
        "{{ navn | xmlattr }}",
        "{{ range(10**9) }}",
        "{{ 10**9 }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 1000000000 * 'x' }}",
        "{{ [1] * 1000000000 }}",
        "{{ '%01000000000d' % 1 }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ navn | join(navn) }}",
        "{% for a in navn %}{{ a }}{% endfor %}",
        "{% for a in l %}" * 4 + "x" + "{% endfor %}" * 4,
        "{% set a = navn ~ navn %}",
        "{% macro f() %}{{ f() }}{% endmacro %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% extends navn %}",
        "{% block x %}{% endblock %}",
        "{% filter upper %}x{% endfilter %}",
        "{% for a in l recursive %}{{ loop(l) }}{% endfor %}",
    ],
)
def test_no_tag_reaches_past_the_values(tmp_path: Path, tag: str) -> None:
    """Whoever edits the template cannot run code, nor run it for ever or out of memory."""
    mal = template(tmp_path, paragraph(tag))
    with pytest.raises(TemplateRefused):
        fill(mal, {"navn": "x", "l": ["en", "to"]})


def test_a_value_that_looks_like_a_tag_is_text_in_every_part(tmp_path: Path) -> None:
    """Parts are filled once each, however many sections the document has."""
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>{{ navn }}</w:t></w:r></w:p></w:footnote>'
    break_ = "<w:p><w:pPr><w:sectPr/></w:pPr></w:p>"
    body = '<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>' + break_ + paragraph("{{ navn }}")
    mal = template(tmp_path, body, parts={"footnotes": note, "header:default": paragraph("{{ navn }}")})
    filled = fill(mal, {"navn": "{{ lege }}", "lege": "hemmelig"})
    assert [texts(filled, part) for part in ("footnotes", "document", "header")] == ["{{ lege }}"] * 3


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("{{ navn | upper }}", "KARI"),
        ("{{ mangler | default('ingen') }}", "ingen"),
        ("{{ liste | join(', ') }}", "en, to"),
        ("{{ 'ja' if tall_ > 2 and navn != 'Ola' else 'nei' }}", "ja"),
        ("{% for x in liste %}{{ loop.index }}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}", "1en, 2to"),
        ("{{ tall_ * 12 | round }}", "36"),
        ("{{ navn ~ ' ' ~ barn.ola }}", "Kari 8"),
        ("{{ liste | length }}{{ liste[0] }}{{ liste | first }}", "2enen"),
    ],
)
def test_what_templates_are_written_with_works(tmp_path: Path, tag: str, shown: str) -> None:
    """Choosing, repeating, joining and reckoning stay."""
    context = {"navn": "Kari", "liste": ["en", "to"], "tall_": 3, "barn": {"ola": 8}}
    assert texts(fill(template(tmp_path, paragraph(tag.replace(">", "&gt;"))), context)) == shown


def test_objects_are_no_values(tmp_path: Path) -> None:
    """A sandbox is left through the objects that are put into it, so only plain data is."""
    with pytest.raises(TemplateRefused, match="navn"):
        fill(template(tmp_path, paragraph("{{ navn }}")), {"navn": tmp_path})


@pytest.mark.parametrize("value", ["a\x0bb", "a\x00b", "a\x0cb", "a\x07b", "a\x85b"])
def test_control_characters_are_refused(tmp_path: Path, value: str) -> None:
    """Signs that nobody sees, and that would join words or break pages, do not get into a document."""
    with pytest.raises(DocumentRefused, match="navn"):
        fill(template(tmp_path, paragraph("{{ navn }}")), {"navn": value})


def test_values_reach_headers_footers_footnotes_and_the_title(tmp_path: Path) -> None:
    """Every part of the template that people see is filled."""
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>note {{ navn }}</w:t></w:r></w:p></w:footnote>'
    mal = template(
        tmp_path,
        paragraph("body") + '<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>',
        parts={
            "header:default": paragraph("head {{ navn }}"),
            "footer:default": paragraph("foot {{ navn }}"),
            "footnotes": note,
        },
        title="Avtale {{ navn }}",
    )
    filled = fill(mal, {"navn": "A&B"})
    with zipfile.ZipFile(BytesIO(filled)) as package:
        everything = b"".join(package.read(name) for name in package.namelist()).decode()
    for expected in ("head A&amp;B", "foot A&amp;B", "note A&amp;B", "Avtale A&amp;B<"):
        assert expected in everything
    assert "{{" not in everything


def test_norwegian_dates_amounts_and_numbers(tmp_path: Path) -> None:
    """The filters write as Norwegians do, and no line breaks inside."""
    filtered = ("d | dato", "d | langdato", "b | kroner", "h | kroner", "p | prosent", "n | tall", "t | dato")
    tags = "|".join(f"{{{{ {tag} }}}}" for tag in filtered)
    context = {"d": date(2026, 3, 1), "b": Decimal("1234.5"), "h": 1234567, "p": 80, "n": 1234.25, "t": "2026-12-24"}
    shown = texts(fill(template(tmp_path, paragraph(tags)), context))
    expected = "01.03.2026|1. mars 2026|1 234,50 kr|1 234 567 kr|80 %|1 234,25|24.12.2026"
    assert shown == expected.replace(" ", "\u00a0")


def test_conditions_and_loops(tmp_path: Path) -> None:
    """A template can leave paragraphs out and repeat them."""
    body = (
        paragraph("{%p if ja %}") + paragraph("vist") + paragraph("{%p endif %}") + paragraph("{%p if nei %}")
        + paragraph("skjult") + paragraph("{%p endif %}") + paragraph("{%p for n in navn %}") + paragraph("[{{ n }}]")
        + paragraph("{%p endfor %}")
    )  # fmt: skip
    filled = fill(template(tmp_path, body), {"ja": True, "nei": False, "navn": ["Kari", "Ola"]})
    assert texts(filled) == "vist[Kari][Ola]"


def test_every_story_is_filled_with_conditions_rows_and_unbroken_amounts(tmp_path: Path) -> None:
    """Headers, footers, notes of both kinds and text boxes take the same tags as the body, loops over rows included."""
    body = paragraph("{%p if stor %}") + paragraph("{{ sum | kroner }}") + paragraph("{%p endif %}")
    rows = "".join(
        f"<w:tr><w:tc><w:tcPr/>{paragraph(text)}</w:tc></w:tr>"
        for text in ("{%tr for rad in rader %}", "{{ rad.navn }} {{ rad.sum | kroner }}", "{%tr endfor %}")
    )
    body += f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="5000"/></w:tblGrid>{rows}</w:tbl>'
    tag = paragraph("{% if stor %}{{ sum | kroner }}{% endif %} {{ dag | langdato }}")
    notes = {f"{kind}s": f'<w:{kind} w:id="2">{tag}</w:{kind}>' for kind in ("footnote", "endnote")}
    parts = {"header:first": tag, "header:default": tag, "footer:even": tag, **notes}
    mal = template(tmp_path, body + BOX.format(tag) + paragraph("slutt"), parts=parts)
    rader = [{"navn": "Fond II", "sum": 1200}, {"navn": "Kurs & reise", "sum": Decimal("80.5")}]
    filled = fill(mal, {"stor": True, "sum": 12500, "dag": date(2026, 3, 1), "rader": rader})
    amount, day = "12\u00a0500\u00a0kr", "1.\u00a0mars\u00a02026"
    assert texts(filled) == f"{amount}Fond II 1\u00a0200\u00a0krKurs & reise 80,50\u00a0kr{amount} {day}slutt"
    with zipfile.ZipFile(BytesIO(filled)) as package:
        stories = [name for name in package.namelist() if name.startswith(("word/head", "word/foot", "word/endn"))]
        said = ["".join(map(str, etree.fromstring(package.read(name)).itertext())) for name in stories]
    assert said == [f"{amount} {day}"] * 5
