"""Quotes that Word has made typographic inside tags are mended, or named with their place."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from flows.documents import fill, load_template
from flows.documents.quote_repair import mend_quotes
from flows.errors import TemplateRefused
from tests.typesetting.docx_builder import docx, paragraph

NOTE = '<w:footnote w:id="2">{}</w:footnote>'
BOX = (
    '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="999999" cy="99999"/>'
    "<a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{}</w:txbxContent></wps:txbx></wps:wsp>"
    "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice></mc:AlternateContent></w:r></w:p>"
)


def filled(
    tmp_path: Path, body: str, parts: dict[str, str] | None = None, title: str = "Prøve", **context: object
) -> str:
    """Fill a template and return the text of all its parts."""
    path = tmp_path / "mal.docx"
    path.write_bytes(docx(body, parts=parts, title=title))
    with zipfile.ZipFile(BytesIO(fill(load_template(path), context))) as package:
        names = [name for name in package.namelist() if name.endswith(".xml")]
        return " ".join("".join(map(str, etree.fromstring(package.read(name)).itertext())) for name in names)


@pytest.mark.parametrize(
    ("tag", "mended"),
    [
        ("{{ x | f(“a”) }}", '{{ x | f("a") }}'),
        ("{{ x | f(”a”) }}", '{{ x | f("a") }}'),
        ("{{ x | f(«a») }}", '{{ x | f("a") }}'),
        ("{{ x | f(„a“) }}", '{{ x | f("a") }}'),
        ("{{ x | f(‘a’, «b») }}", '{{ x | f("a", "b") }}'),
        ('{{ x | f("a”) }}', '{{ x | f("a") }}'),
        ("{{ x | f(“it’s”) }}", '{{ x | f("it\\u2019s") }}'),
        ('{{ x | f("sa «hei»") }}', '{{ x | f("sa \\u00abhei\\u00bb") }}'),
        ('{{ x | f(«to "a" to») }}', None),
        ("{{ x | f(«a) }}", None),
        ("{{ x | f(«a», «b) }}", None),
        ("{{ mann’s }}", None),
        ("{{ x }}", "{{ x }}"),
    ],
)
def test_quotes_are_mended_where_there_is_one_way_to_read_them(tag: str, mended: str | None) -> None:
    """What Word made of straight quotes becomes straight; what cannot be told apart is left to a person."""
    assert mend_quotes(tag) == mended


@given(st.text(st.sampled_from("abc ()«»“”‘’„\"'"), max_size=20))
def test_a_mended_tag_has_no_typographic_quote_and_is_mended_already(text: str) -> None:
    """Mending twice is mending once, and leaves nothing that Jinja cannot read."""
    mended = mend_quotes(text)
    assert mended is None or (not set(mended) & set("«»“”‘’„") and mend_quotes(mended) == mended)


@pytest.mark.parametrize("place", ["body", "header", "footer", "footnote", "text box", "title"])
@pytest.mark.parametrize("tag", ["{{ navn | default(“ukjent”) }}", "{% if navn == «Kari» %}Hei{% endif %}"])
def test_tags_are_mended_wherever_they_stand(tmp_path: Path, place: str, tag: str) -> None:
    """Body, header, footer, footnote and text box are one to a person who writes a template."""
    reference = '<w:p><w:r><w:t>{{ navn }}</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    bodies = {"body": paragraph(tag), "text box": BOX.format(paragraph(tag)), "footnote": reference}
    parts = {
        "header": {"header:default": paragraph(tag)},
        "footer": {"footer:default": paragraph(tag)},
        "footnote": {"footnotes": NOTE.format(paragraph(tag))},
    }.get(place)
    title = tag if place == "title" else "Prøve"
    said = filled(tmp_path, bodies.get(place, paragraph("x")), parts, title, navn="Kari")
    assert ("Kari" if "default" in tag else "Hei") in said


def test_a_tag_that_word_divided_is_mended(tmp_path: Path) -> None:
    """Each quote in a run of its own, as Word leaves it after a correction."""
    runs = ["{", "{ navn | default(", "“", "ukjent", "”", ") }", "}"]
    divided = "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs)
    assert "Kari" in filled(tmp_path, f"<w:p>{divided}</w:p>", navn="Kari")


def test_typographic_quotes_outside_tags_stay(tmp_path: Path) -> None:
    """The text of the agreement is not touched, nor is what a tag says in quotes."""
    said = filled(tmp_path, paragraph('Kalt «{{ navn }}» og “han” {{ "sa «hei» og “ja”" }}'), navn="Kari")
    assert "Kalt «Kari» og “han” sa «hei» og “ja”" in said


def test_quotes_that_cannot_be_told_apart_are_named_with_tag_and_paragraph(tmp_path: Path) -> None:
    """The sentence says where to look."""
    with pytest.raises(TemplateRefused, match=r"header2, avsnitt 2 .*\{\{ navn \| default\(«ukjent\) \}\}"):
        filled(
            tmp_path,
            paragraph("x"),
            {"header:default": paragraph("a") + paragraph("{{ navn | default(«ukjent) }}")},
            navn="Kari",
        )


def test_a_tag_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Whoever mends the template sees which tag it is."""
    with pytest.raises(TemplateRefused, match=r"\{\{ start dato \}\}"):
        filled(tmp_path, paragraph("{{ navn }}") + paragraph("{{ start dato }}"), navn="Kari")
