"""Damage documents between filling and setting: whatever does not show template and case as they are is found."""

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from flows.documents import convert, fill, load_template
from flows.documents.pipeline import prove
from flows.documents.proof import ProofFailed
from flows.documents.template import Template
from tests.typesetting.docx_builder import docx, paragraph

_BOLD = "<w:b/>"
_NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
_NOTES = (
    '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>Noten om {{ kommune }}.</w:t></w:r></w:p>'
    "</w:footnote>"
)
_FOOTER = (
    '<w:p><w:r><w:t xml:space="preserve">Avtale {{ nummer }}, side </w:t></w:r>'
    '<w:fldSimple w:instr="PAGE"><w:r><w:t>9</w:t></w:r></w:fldSimple></w:p>'
)


def _table(*rows: tuple[str, str]) -> str:
    cell = '<w:tc><w:tcPr><w:tcW w:w="4500" w:type="dxa"/></w:tcPr>{}</w:tc>'
    written = "".join("<w:tr>" + "".join(cell.format(paragraph(text)) for text in row) + "</w:tr>" for row in rows)
    return f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="4500"/><w:gridCol w:w="4500"/></w:tblGrid>{written}</w:tbl>'


_BODY = (
    paragraph("Avtale om utdanning", run=_BOLD)
    + f"<w:p><w:r><w:t>Partene er {{{{ kommune }}}} og legen, se note.</w:t></w:r>{_NOTE}</w:p>"
    + _table(("Kommune", "{{ kommune }}"), ("Navn", "{{ navn }}"), ("Veileder", "{{ veileder }}"))
    + paragraph("Kommunen dekker alle utgifter.")
    + paragraph("Legen sier fra i god tid.")
    + paragraph("{%p if tillegg %}")
    + paragraph("Tillegg: {{ tillegg }}")
    + paragraph("{%p endif %}")
    + paragraph("{%p for ledd in leddene %}")
    + paragraph("Beløpet er {{ ledd.sum }} i {{ ledd.aar }}.")
    + paragraph("{%p endfor %}")
    + paragraph("Avtalen gjelder i 5 år.")
)
_CASE: Mapping[str, object] = {
    "kommune": "Prøvøy kommune",
    "navn": "Kari Prøve",
    "veileder": "Ola Hansen",
    "nummer": "12-3",
    "tillegg": "Kontor 12 500 kr",
    "leddene": [{"sum": "100 000 kr", "aar": "2026"}, {"sum": "100 000 kr", "aar": "2027"}],
}


def written() -> bytes:
    """Return the template as a file, with two pictures that nothing shows."""
    files = {"hvit": _png(255), "svart": _png(0)}
    return docx(_BODY, parts={"footnotes": _NOTES, "footer:default": _FOOTER}, files=files)


def _png(grey: int) -> bytes:
    content = BytesIO()
    Image.new("L", (8, 8), grey).save(content, "PNG")
    return content.getvalue()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Return a template with a table, a condition, a loop, a note and a footer."""
    path = tmp_path_factory.mktemp("mal") / "mal.docx"
    path.write_bytes(written())
    return load_template(path)


def _changed(content: bytes, change: Callable[[str], str], part: str = "document") -> bytes:
    """Return a DOCX with one part changed."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            inside = source.read(name)
            if name.startswith(f"word/{part}") and name.endswith(".xml"):
                before = inside.decode()
                after = change(before)
                assert after != before
                inside = after.encode()
            target.writestr(name, inside)
    return written.getvalue()


def _swap(one: str, other: str) -> Callable[[str], str]:
    return lambda xml: xml.replace(one, "\0").replace(other, one).replace("\0", other)


def _paragraph_with(text: str) -> re.Pattern[str]:
    return re.compile(rf"<w:p>(?:(?!<w:p>|</w:p>).)*{re.escape(text)}.*?</w:p>", re.DOTALL)


def _put(text: str, by: Callable[[str], str]) -> Callable[[str], str]:
    """Change the last paragraph that has a text."""

    def change(xml: str) -> str:
        found = list(_paragraph_with(text).finditer(xml))[-1]
        return xml[: found.start()] + by(found[0]) + xml[found.end() :]

    return change


def _look(text: str, properties: str) -> Callable[[str], str]:
    """Give the runs of a paragraph another look."""
    return _put(text, lambda xml: re.sub(r"<w:r>(<w:rPr>)?", lambda found: (
        f"<w:r><w:rPr>{properties}" + ("" if found[1] else "</w:rPr>")
    ), xml))  # fmt: skip


def _moved(text: str, before: str) -> Callable[[str], str]:
    def change(xml: str) -> str:
        found = next(_paragraph_with(text).finditer(xml))[0]
        rest = xml.replace(found, "", 1)
        place = next(_paragraph_with(before).finditer(rest)).start()
        return rest[:place] + found + rest[place:]

    return change


def _part(text: str, properties: str) -> Callable[[str], str]:
    """Give a part of a run another look."""
    start, end = "</w:t></w:r>", '<w:r><w:t xml:space="preserve">'
    return lambda xml: xml.replace(
        text, f'{start}<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>{end}', 1
    )


_PICTURE = (
    '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="9"'
    ' behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
    '<wp:positionH relativeFrom="column"><wp:posOffset>{left}</wp:posOffset></wp:positionH>'
    '<wp:positionV relativeFrom="paragraph"><wp:posOffset>-30000</wp:posOffset></wp:positionV>'
    '<wp:extent cx="{width}" cy="220000"/><wp:wrapNone/><wp:docPr id="7" name="r" descr="r"/>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
    '<pic:cNvPr id="1" name="b"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{name}"/><a:stretch>'
    '<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="{width}" cy="220000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
)


def _covered(text: str, name: str = "hvit", left: int = -100000, width: int = 4000000) -> Callable[[str], str]:
    drawing = _PICTURE.format(name=name, left=left, width=width)
    return _put(text, lambda xml: xml.replace("<w:r>", drawing + "<w:r>", 1))


def _off_paper(text: str) -> Callable[[str], str]:
    frame = (
        '<w:framePr w:w="3000" w:hSpace="0" w:wrap="around" w:vAnchor="page" w:hAnchor="page" w:x="12500" w:y="3000"/>'
    )
    return _put(text, lambda xml: re.sub(r"<w:p>(<w:pPr>)?", lambda found: (
        f"<w:p><w:pPr>{frame}" + ("" if found[1] else "</w:pPr>")
    ), xml.replace("<w:pPr/>", ""), count=1))  # fmt: skip


#: What is done to the filled document, the part it is done to, and what the refusal names.
DAMAGES: Mapping[str, tuple[Callable[[str], str], str, str]] = {
    "two values swapped": (_swap("Kari Prøve", "Ola Hansen"), "document", "navn"),
    "a value in the wrong box": (lambda xml: xml.replace("Ola Hansen", "Kari Prøve"), "document", "veileder"),
    "a digit changed": (lambda xml: xml.replace("12 500", "12 600"), "document", "tillegg"),
    "a sign of a sum lost": (lambda xml: xml.replace("12 500", "12 50"), "document", "tillegg"),
    "a minus lost": (lambda xml: xml.replace("12-3", "123"), "footer", "nummer"),
    "the second of two equal values changed": (
        _put("100 000", lambda xml: xml.replace("100 000", "10 000")), "document", "ledd.sum",
    ),
    "a number in fixed text changed": (lambda xml: xml.replace("i 5 år", "i 3 år"), "document", "5 år"),
    "a word added": (lambda xml: xml.replace("alle utgifter", "ikke alle utgifter"), "document", "alle utgifter"),
    "a word lost": (lambda xml: xml.replace("alle utgifter", "utgifter"), "document", "alle utgifter"),
    "a paragraph lost": (_put("Legen sier", lambda _xml: ""), "document", "Legen sier fra"),
    "the last paragraph lost": (_put("i 5 år", lambda _xml: ""), "document", "i 5 år"),
    "one turn of a loop lost": (_put("100 000", lambda _xml: ""), "document", "Beløpet er"),
    "one turn of a loop too many": (_put("100 000", lambda xml: xml + xml), "document", "verdi fra saken"),
    "a paragraph twice": (_put("Legen sier", lambda xml: xml + xml), "document", "Legen sier fra"),
    "a paragraph added": (
        _put("Legen sier", lambda xml: xml + paragraph("Legen betaler selv.")), "document", "Legen betaler selv",
    ),
    "a paragraph added at the end": (_put("i 5 år", lambda xml: xml + paragraph("Slutt.")), "document", "Slutt"),
    "a paragraph added at the beginning": (
        lambda xml: xml.replace("<w:body>", "<w:body>" + paragraph("Utkast"), 1), "document", "Utkast",
    ),
    "order changed": (_moved("i 5 år", "Kommunen dekker"), "document", "i 5 år"),
    "a row of a table lost": (
        lambda xml: re.sub(r"<w:tr>(?:(?!<w:tr>).)*Ola Hansen.*?</w:tr>", "", xml, flags=re.DOTALL), "document",
        "Veileder",
    ),
    "white": (_look("Legen sier", '<w:color w:val="FFFFFF"/>'), "document", "farge"),
    "nearly white": (_look("Legen sier", '<w:color w:val="F7F7F7"/>'), "document", "farge"),
    "a white value": (_look("Kari Prøve", '<w:color w:val="FFFFFF"/>'), "document", "navn"),
    "one white word": (_part("alle", '<w:color w:val="FFFFFF"/>'), "document", "«alle»"),
    "black on black": (
        _look("Legen sier", '<w:color w:val="000000"/><w:shd w:val="clear" w:color="auto" w:fill="000000"/>'),
        "document", "farge",
    ),
    "white in the footer": (_look("Avtale", '<w:color w:val="FFFFFF"/>'), "footer", "farge"),
    "white in the note": (_look("Noten", '<w:color w:val="FEFEFE"/>'), "footnotes", "farge"),
    "hidden": (_look("Legen sier", "<w:vanish/>"), "document", "Legen sier fra"),
    "of one point": (_look("Legen sier", '<w:sz w:val="2"/>'), "document", "for liten"),
    "a value of one point": (_look("Ola Hansen", '<w:sz w:val="2"/>'), "document", "veileder"),
    "off the paper": (_off_paper("Legen sier"), "document", "utenfor papiret"),
    "pushed off the paper": (
        _put("Legen sier", lambda xml: xml.replace("<w:pPr/>", "").replace(
            "<w:p>", '<w:p><w:pPr><w:ind w:left="12000" w:right="-9000"/></w:pPr>', 1)), "document", "utenfor papiret",
    ),
    "under a white picture": (_covered("Legen sier"), "document", "under noe annet"),
    "under a black picture": (_covered("Kommunen dekker", "svart"), "document", "under noe annet"),
    "a value under a picture": (_covered("Kari Prøve"), "document", "navn"),
    "one figure of a sum under a picture": (
        _covered("Tillegg", left=930000, width=70000), "document", "tillegg",
    ),
    "another page's figure": (
        lambda xml: re.sub("<w:fldSimple.*</w:fldSimple>", "<w:r><w:t>2</w:t></w:r>", xml), "footer", "Avtale",
    ),
    "the footer lost": (lambda xml: re.sub(r"<w:p>.*</w:p>", "<w:p/>", xml, flags=re.DOTALL), "footer", "Avtale"),
    "the note lost": (lambda xml: xml.replace("Noten om", ""), "footnotes", "Noten om"),
    "another note": (lambda xml: xml.replace("Prøvøy", "Annen"), "footnotes", "kommune"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_document_is_refused_with_words_and_place(template: Template, damage: str) -> None:
    """Each way to damage a filled document is found, and what is named is what was damaged."""
    change, part, named = DAMAGES[damage]
    content = _changed(fill(template, _CASE), change, part)
    with pytest.raises(ProofFailed) as refused:
        prove(template, _CASE, content, convert(content))
    assert named in str(refused.value)
    assert re.search(r"side \d+: .*avsnitt \d+", str(refused.value))


def test_the_document_as_it_is_filled_is_proved(template: Template) -> None:
    """What nobody damaged passes, with and without the optional text."""
    for case in (_CASE, {**_CASE, "tillegg": ""}, {**_CASE, "leddene": []}):
        content = fill(template, case)
        assert prove(template, case, content, convert(content)).pages == 1


def test_a_refusal_names_no_value(template: Template) -> None:
    """A message may be logged: the words of the case are named by their field."""
    content = _changed(fill(template, _CASE), _swap("Kari Prøve", "Ola Hansen"))
    with pytest.raises(ProofFailed) as refused:
        prove(template, _CASE, content, convert(content))
    assert refused.value.values == ("navn", "veileder")
    assert not re.search("Kari|Hansen", str(refused.value))


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
@pytest.mark.parametrize("text", ["Noten om {{ kommune }}.", " Noten.", "12 måneder gjelder."])
@pytest.mark.parametrize("marked", [True, False])
def test_a_note_is_proved_with_and_without_its_mark(tmp_path: Path, kind: str, text: str, marked: bool) -> None:
    """Word writes the note's figure as an element of its text; other programs leave it to whoever sets the note."""
    mark = f"<w:r><w:{kind}Ref/></w:r>" if marked else ""
    note = f'<w:p>{mark}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    body = f'<w:p><w:r><w:t>Tekst</w:t></w:r><w:r><w:{kind}Reference w:id="2"/></w:r><w:r><w:t> her.</w:t></w:r></w:p>'
    path = tmp_path / "mal.docx"
    path.write_bytes(docx(body, parts={f"{kind}s": f'<w:{kind} w:id="2">{note}</w:{kind}>'}))
    template, case = load_template(path), {"kommune": "Prøvøy"} if "{{" in text else {}
    filled = fill(template, case)
    prove(template, case, filled, convert(filled))
    with pytest.raises(ProofFailed):
        prove(template, case, filled, convert(_with_other_note(filled, kind)))


def _with_other_note(docx_file: bytes, kind: str) -> bytes:
    """Return a document whose note says something else."""
    with zipfile.ZipFile(BytesIO(docx_file)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = next(name for name in parts if name.startswith(f"word/{kind}s"))
    parts[name] = parts[name].replace(b".</w:t>", b" eller mer.</w:t>")
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for part, content in parts.items():
            target.writestr(part, content)
    return made.getvalue()
