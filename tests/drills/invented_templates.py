"""Small templates that have a tag in every kind of place, with what they say when they are filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tests.templates.filling import VALUES, context
from tests.templates.official import OFFICIAL
from tests.typesetting.docx_builder import docx, paragraph

_BOX = (
    '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="999999" cy="99999"/>'
    '<wp:docPr id="7" name="Boks"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/'
    'wordprocessingShape"><wps:wsp><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData>'
    "</a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{0}"
    "</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
)
_CELLS = (
    '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="4000"/><w:gridCol w:w="4000"/></w:tblGrid>'
    "<w:tr><w:tc><w:tcPr/>{0}</w:tc><w:tc><w:tcPr/>{1}</w:tc></w:tr></w:tbl>"
)
SAMPLE: Mapping[str, object] = {
    "lege_navn": "Áilu & <Đorđe>",
    "arbeidssted": "Prøvøy «legesenter» {{ nord }}",
    "oppstart": date(2026, 3, 1),
    "boks": "Første linje.\nAndre linje.",
}
_SAID = {"lege_navn": "Áilu & <Đorđe>", "arbeidssted": "Prøvøy «legesenter» {{ nord }}", "oppstart": "01.03.2026",
         "boks": "Første linje.\nAndre linje."}  # fmt: skip
_LINES = (
    "Avtale med {{ lege_navn }} ved {{ arbeidssted }}.",
    "Den gjelder fra {{ oppstart | dato }} og sies opp med tre måneders varsel.",
    "{{ boks }}",
)


@dataclass(frozen=True, slots=True)
class Base:
    """A sound template: its DOCX, the agreement it is for (or nothing), its values, and what they are printed as."""

    name: str
    content: bytes
    agreement: str
    values: Mapping[str, object]
    said: Mapping[str, str]


def bases() -> list[Base]:
    """Return the official templates and three invented ones."""
    found = [
        Base(one.name, one.template.read_bytes(), one.name, context(one), {**VALUES[one.name], **_STAMPS})
        for one in OFFICIAL
    ]
    return found + [Base(f"invented {number}", _invented(number), "", SAMPLE, _SAID) for number in range(3)]


_STAMPS = {"malversjon": "1.0", "avtale_id": "PRV-4711", "avtale_versjon": "7"}


def _invented(number: int) -> bytes:
    lines = "".join(map(paragraph, _LINES))
    tag, top, foot, note = (
        paragraph(f"{place}: {{{{ lege_navn }}}} ({{{{ oppstart | dato }}}})")
        for place in ("Lege", "Topptekst", "Bunntekst", "Merk")
    )
    notes = {
        f"{kind}s": f'<w:{kind} w:id="2">{note.replace("<w:r>", f"<w:r><w:{kind}Ref/></w:r><w:r>", 1)}</w:{kind}>'
        for kind in ("footnote", "endnote")
    }
    references = '<w:p><w:r><w:t>Se</w:t><w:footnoteReference w:id="2"/><w:endnoteReference w:id="2"/></w:r></w:p>'
    cells = _CELLS.format(tag, paragraph("Sted: {{ arbeidssted }}"))
    parts = {"header:default": top, "footer:default": foot, **notes}
    body = (lines + references, lines + cells + references, lines + _BOX.format(tag) + cells + references)[number]
    return docx(body + paragraph("Slutt."), parts=parts, title="Avtale med {{ lege_navn }}")
