"""What is filled is whole XML as it stands, whatever conditions leave out and wherever Word divides a tag."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from flows.documents import fill, load_template
from flows.documents.filled_part import well_formed
from flows.errors import DocumentRefused, TemplateRefused
from flows.typesetting import W
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.hostile import parts_of, with_parts

VALUES: dict[str, object] = {"navn": "Kari & <Ola>", "ja": True, "nei": False, "liste": ["en", "to"], "ingen": []}


def run(text: str, look: str = "") -> str:
    """Return a run."""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def row(*cells: str) -> str:
    """Return a row of cells."""
    return f"<w:tr>{''.join(f'<w:tc><w:tcPr/>{cell}</w:tc>' for cell in cells)}</w:tr>"


def table(*rows: str) -> str:
    """Return a table of two columns."""
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * 2}</w:tblGrid>{''.join(rows)}</w:tbl>"


def filled(tmp_path: Path, content: bytes, part: str = "document", **values: object) -> etree._Element:
    """Fill a template and return the root of one of its parts."""
    path = tmp_path / "mal.docx"
    path.write_bytes(content)
    with zipfile.ZipFile(BytesIO(fill(load_template(path), {**VALUES, **values}))) as package:
        name = next(name for name in package.namelist() if name.startswith(f"word/{part}"))
        return etree.fromstring(package.read(name))


def lines(root: etree._Element) -> list[str]:
    """Return the text of each paragraph that has some."""
    found = ["".join(text.text or "" for text in one.iter(W + "t")) for one in root.iter(W + "p")]
    return [text for text in found if text]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (f"<w:p>{run('A{% if nei %}B')}{run('C', '<w:b/>')}{run('D{% endif %}E')}</w:p>", ["AE"]),
        (f"<w:p>{run('A{% if ja %}B')}{run('C', '<w:b/>')}{run('D{% endif %}E')}</w:p>", ["ABCDE"]),
        (f"<w:p>{run('{')}{run('{ na')}{run('vn }')}{run('}.')}</w:p>", ["Kari & <Ola>."]),
        (f"<w:p>{run('a {{ na')}{run('vn }} b {{ na')}{run('vn }} c')}</w:p>", ["a Kari & <Ola> b Kari & <Ola> c"]),
        (f"<w:p>{run('{{ navn }}{# til Ola #}.')}</w:p>", ["Kari & <Ola>."]),
        (paragraph('{{ "A &amp; B" }} {{ "1 &lt; 2" }}'), ["A & B 1 < 2"]),
        (paragraph('{% if navn != "x" and 3 &gt; 2 %}ja{% endif %}'), ["ja"]),
        ('<w:p><w:hyperlink w:anchor="x"><w:r><w:t>{% if nei %}B{% endif %}C</w:t></w:r></w:hyperlink></w:p>', ["C"]),
        (table(row(paragraph("{%tr for x in liste %}"), "<w:p/>"), row(paragraph("{{ x }}"), paragraph("y")),
               row(paragraph("{%tr endfor %}"), "<w:p/>")), ["en", "y", "to", "y"]),
        (table(row(paragraph("{%tc for x in liste %}"), paragraph("{{ x }}"), paragraph("{%tc endfor %}"))),
         ["en", "to"]),
    ],
)  # fmt: skip
def test_tags_are_filled_wherever_runs_begin_and_end(tmp_path: Path, body: str, shown: list[str]) -> None:
    """Conditions within a line, tags in pieces, notes to colleagues, and signs of XML in a tag."""
    assert lines(filled(tmp_path, docx(body))) == shown


def test_formatting_stays_with_its_text_around_a_condition(tmp_path: Path) -> None:
    """What follows a condition looks as it did, also when the condition leaves text out."""
    body = f"<w:p>{run('A{% if nei %}B', '<w:b/>')}{run('C{% endif %}D', '<w:i/>')}</w:p>"
    looks = [(one.findtext(W + "t"), one.find(f"{W}rPr/*").tag) for one in filled(tmp_path, docx(body)).iter(W + "r")]  # type: ignore[union-attr]
    assert [look for look in looks if look[0]] == [("A", W + "b"), ("D", W + "i")]


def test_what_word_demands_of_a_cell_and_a_table_holds(tmp_path: Path) -> None:
    """A cell ends in a paragraph when a condition takes its only one; a table that has lost every row is gone."""
    hidden = paragraph("{%p if nei %}") + paragraph("x") + paragraph("{%p endif %}")
    loop = row(paragraph("{%tr for x in ingen %}")), row(paragraph("{{ x }}")), row(paragraph("{%tr endfor %}"))
    root = filled(tmp_path, docx(table(row(hidden, paragraph("y"))) + table(*loop)))
    (left,) = root.iter(W + "tbl")
    assert [cell[-1].tag for cell in left.iter(W + "tc")] == [W + "p", W + "p"]


@pytest.mark.parametrize("part", ["document", "footnotes", "header"])
@pytest.mark.parametrize("how", ["utf-16", "other prefix", "comment in the tag", "cdata"])
def test_the_same_xml_written_otherwise_is_filled(tmp_path: Path, part: str, how: str) -> None:
    """Programs other than Word write parts in other encodings, with other prefixes, and with comments."""
    note = f'<w:footnote w:id="2">{paragraph("{{ navn }}")}</w:footnote>'
    parts = {"header:default": paragraph("{{ navn }}"), "footnotes": note}
    content = docx(paragraph("{{ navn }}"), parts=parts)
    name = next(name for name in parts_of(content) if name.startswith(f"word/{part}"))
    source = parts_of(content)[name].decode()
    written = {
        "utf-16": f'<?xml version="1.0" encoding="UTF-16"?>{source}'.encode("utf-16"),
        "other prefix": source.replace("<w:", "<x:").replace("</w:", "</x:").replace(" w:", " x:")
        .replace("xmlns:w=", "xmlns:x=").encode(),
        "comment in the tag": source.replace("{{ navn", "{{ na<!-- x -->vn").encode(),
        "cdata": source.replace("{{ navn }}", "<![CDATA[{{ navn }}]]>").encode(),
    }[how]  # fmt: skip
    assert lines(filled(tmp_path, with_parts(content, {name: written}), part)) == ["Kari & <Ola>"]


@pytest.mark.parametrize("value", ["a\ufffeb", "a\uffffb", "a\x1bb"])
def test_signs_that_xml_has_no_place_for_are_refused_by_the_name_of_their_value(tmp_path: Path, value: str) -> None:
    """They would tear the part."""
    with pytest.raises(DocumentRefused, match="navn"):
        filled(tmp_path, docx(paragraph("{{ navn }}")), navn=value)


def test_a_part_that_is_not_whole_is_refused_with_part_and_paragraph() -> None:
    """Nothing is repaired."""
    with pytest.raises(TemplateRefused, match=r"word/footer1\.xml, ved avsnitt 2"):
        well_formed("<x xmlns:w='w'><w:p/><w:p><w:r></w:p></x>".replace("<w:p/>", "<w:p></w:p>"), "word/footer1.xml")


@pytest.mark.parametrize("body", [
    "<w:p><w:r><w:t>{{ navn }}<w:r><w:t>Mer.</w:t></w:r></w:t></w:r></w:p>",
    "<w:p><w:r><w:t>{{ navn }}</w:t></w:r><m:oMath><m:r><m:t>{{ navn }}</m:t></m:r></m:oMath></w:p>",
    "<w:p><w:r><w:t>{{ navn }}</w:t><w:instrText>{{ navn }}</w:instrText></w:r></w:p>",
])  # fmt: skip
def test_text_that_would_be_left_out_or_as_it_stands_is_refused(tmp_path: Path, body: str) -> None:
    """Elements within a text, and tags where nothing is filled in."""
    with pytest.raises(TemplateRefused, match="document, avsnitt 1"):
        filled(tmp_path, docx(body))
