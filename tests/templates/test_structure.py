"""The templates are well-made Word documents: structure, names, links, notes, properties."""

import re
from collections import Counter

import pytest
from jinja2 import Environment
from jinja2.meta import find_undeclared_variables
from lxml import etree

from tests.templates.filling import VALUES
from tests.templates.official import OFFICIAL, Official, fold
from tests.templates.parts import Parts, W

both = pytest.mark.parametrize("official", OFFICIAL, ids=lambda official: official.name)
ALIS, TJENESTEAVTALE6 = OFFICIAL
RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

HEADINGS_OF_ALIS = """
0 ALIS-avtale
1 1 Bakgrunn og rammer for avtalen
2 1.1 Formål
2 1.2 Varighet
1 2 Avtaleparter
1 3 Partenes rettigheter og plikter
2 3.1 Kommunens oppgaver og plikter
2 3.2 Legens oppgaver og plikter
1 4 Innhold i ALIS-avtalen
2 4.1 Standardelementer for alle kommuner – statlig tilskudd
3 4.1.1 Praksiskompensasjon ved fravær fra fastlegepraksis i forbindelse med gjennomføring av læringsaktiviteter \
og veiledning
3 4.1.2 Dekning av utgifter ved gjennomføring av læringsaktiviteter
3 4.1.3 Kompensasjon for lavere produktivitet
3 4.1.4 Veiledning tilsvarende spesialistforskriftens krav
3 4.1.5 Praktisk tilrettelegging for gode utdanningsløp
2 4.2 Tilleggselementer for kommuner med særskilte rekrutteringsutfordringer – statlig tilskudd
2 4.3 Elementer med kommunal finansiering
"""
HEADINGS_OF_TJENESTEAVTALE6 = """
0 Tjenesteavtale 6, tilleggsavtale om leger i spesialisering i allmennmedisin (ALIS)
1 1. Partnere
1 2. Formål
1 3. Relevant regelverk
1 4. Bakgrunn
1 5. Ansvar og oppgaver
2 Kommunens ansvar:
2 Nordlandssykehusets ansvar:
1 6. Arbeidsgiveransvar og lønnskostnader
1 7. Varighet, revisjon og oppsigelse
1 8. Uenighet og avvik
1 Dato og underskrift
"""
HEADINGS = {ALIS: HEADINGS_OF_ALIS, TJENESTEAVTALE6: HEADINGS_OF_TJENESTEAVTALE6}
PARTY_TABLES = [
    {"Kommune": "{{ kommune_navn }}", "Kontaktperson": "{{ kommune_kontaktperson }}"},
    {
        "Navn": "{{ lege_navn }}",
        "HPR-nr.": "{{ lege_hpr_nummer }}",
        "Arbeidssted": "{{ arbeidssted }}",
        "Stilling/arbeidstittel": "{{ stilling_tittel }}",
    },
    {
        "Dato for oppstart i ny ordning for spesialistutdanning": "{{ oppstart_ny_ordning | dato }}",
        "Forventet dato for avslutning av spesialiseringsløpet (MM/ÅÅÅÅ)": "{{ forventet_avslutning }}",
        "Navn på veileder i allmennmedisin": "{{ veileder_navn }}",
    },
]
BOXES = {
    "4.1.1": "{{ avtalt_praksiskompensasjon }}",
    "4.1.2": "{{ avtalt_laeringsaktiviteter }}",
    "4.1.3": "{{ avtalt_lavere_produktivitet }}",
    "4.1.5": "{{ avtalt_tilrettelegging }}",
    "4.2": "{{ avtalt_tilleggselementer }}",
    "4.3": "{{ avtalt_kommunal_finansiering }}",
}
BOOKMARKS = {ALIS: ["signatur_kommune", "signatur_alis"], TJENESTEAVTALE6: ["signatur_kommune", "signatur_hf"]}
LOVDATA = "https://lovdata.no/dokument/SF/forskrift/2016-12-08-1482"
HELSEDIREKTORATET = "https://www.helsedirektoratet.no/tilskudd/nasjonal-alis-og-veiledning"
LINKS = {
    ALIS: {
        "Forskrift om spesialistutdanning og spesialistgodkjenning for leger og tannleger (spesialistforskriften)": (
            LOVDATA
        ),
        "Nasjonal ALIS og veiledning – Helsedirektoratet": HELSEDIREKTORATET,
    },
    TJENESTEAVTALE6: {},
}
ANCHORED = ["utdanningsvirksomhet", "utdanningsplan", "gjennomføringsplanen", "ledige vikariater"]


def opened(official: Official) -> Parts:
    """Return the parts of a template."""
    return Parts(official.template.read_bytes())


def tables(parts: Parts, style: str) -> list[etree._Element]:
    """Return the tables of one table style."""
    return [one for one in parts.body.iter(f"{W}tbl") if parts.style(one) == style]


def value_at(element: etree._Element, path: str) -> str:
    """Return the `w:val` of what stands at a path such as `tblPr/tblStyle`; it must be there."""
    found = element.find("/".join(W + step for step in path.split("/")))
    assert found is not None, path
    return found.get(f"{W}val", "")


@both
def test_every_heading_stands_at_its_level(official: Official) -> None:
    """Title and headings are all there with their official numbers, as headings that Word can navigate by."""
    parts = opened(official)
    found = []
    for paragraph in parts.paragraphs():
        style = parts.style(paragraph)
        level = parts.in_style(paragraph, "pPr/outlineLvl")
        if style == "Title":
            found.append(f"0 {parts.text(paragraph)}")
        elif level is not None:
            assert style == f"heading {int(level.get(f'{W}val', '')) + 1}"
            assert parts.in_style(paragraph, "pPr/keepNext") is not None
            found.append(f"{style[-1]} {parts.text(paragraph)}")
    assert found == HEADINGS[official].strip().splitlines()


@both
def test_the_names_are_those_that_the_program_fills(official: Official) -> None:
    """A template asks for each of its names, and for nothing else."""
    parts = opened(official)
    text = "\n".join([parts.text(parts.body), *parts.footers()])
    names = find_undeclared_variables(Environment(autoescape=True).parse(re.sub(r"\| dato", "", text)))
    assert names == {*VALUES[official.name], "malversjon", "avtale_id", "avtale_versjon"}
    repeated = {name: count for name, count in Counter(re.findall(r"\{\{ (\w+)", text)).items() if count > 1}
    assert repeated == ({"kommune_visningsnavn": 4} if official is TJENESTEAVTALE6 else {})


@both
def test_every_tag_is_one_run(official: Official) -> None:
    """Word has cut no tag into pieces, and the spelling check is off where one stands, so that it never will."""
    for name, root in opened(official).xml.items():
        for paragraph in root.iter(f"{W}p"):
            runs = ["".join(one.text or "" for one in run.iter(f"{W}t")) for run in paragraph.iter(f"{W}r")]
            whole = re.findall(r"\{\{.*?\}\}", "".join(runs))
            assert [run for run in runs if "{" in run or "}" in run] == whole, name
        for text in root.iter(f"{W}t"):
            run = text.getparent()
            assert run is not None
            assert "{{" not in (text.text or "") or run.find(f"{W}rPr/{W}noProof") is not None


@both
def test_nothing_of_the_blank_form_or_of_a_desk_is_left(official: Official) -> None:
    """No «xxx», no address of a local file, no curly quote within a tag, no tracked change and no comment."""
    parts = opened(official)
    for name, root in parts.xml.items():
        content = etree.tostring(root, encoding="unicode")
        assert not re.search(r"xxx|file:|C:[\\/]", content, re.IGNORECASE), name
        assert all(not set(tag) & set("“”‘’«»") for tag in re.findall(r"\{\{.*?\}\}", content))
        assert not any(root.iter(f"{W}ins", f"{W}del", f"{W}commentReference")), name


@both
def test_links_go_to_the_two_authorities_only(official: Official) -> None:
    """Every outward link is https to lovdata.no or helsedirektoratet.no (R-A23), on the words that were linked."""
    parts = opened(official)
    relations = [one for name, root in parts.xml.items() if name.endswith(".rels") for one in root]
    outward = {one.get("Id", ""): one.get("Target", "") for one in relations if one.get("TargetMode") == "External"}
    assert all(re.match(r"https://(?:lovdata|www\.helsedirektoratet)\.no/", target) for target in outward.values())
    links = parts.body.findall(f".//{W}hyperlink")
    assert {parts.text(one): outward[one.get(RELATIONSHIP, "")] for one in links} == LINKS[official]
    assert {one.get(RELATIONSHIP) for one in links} == set(outward)


def test_each_note_has_one_anchor() -> None:
    """Notes 1 to 4 have one anchor each, in order, at the words in docs/domain.md; so § 7 can refer to note 4."""
    parts = opened(TJENESTEAVTALE6)
    body = parts.text(parts.body)
    anchors = [one.get(f"{W}id") for one in parts.body.iter(f"{W}footnoteReference")]
    assert anchors == ["1", "2", "3", "4"]
    assert [note.split(" ", 1)[0] for note in parts.notes()] == anchors
    assert all(body.count(f"{word}{number}") == 1 for number, word in enumerate(ANCHORED, 1))
    assert "se også fotnote 4" in body
    assert "øremerking av ALIS-stillinger" in parts.notes()[3]


def test_the_parties_are_tables_with_row_headers() -> None:
    """Each label stands beside its own value, and the first column heads the rows."""
    parts = opened(ALIS)
    found = tables(parts, "Partstabell")
    rows = [[[fold(parts.text(cell)) for cell in row.iter(f"{W}tc")] for row in one.iter(f"{W}tr")] for one in found]
    assert [dict(one) for one in rows] == PARTY_TABLES
    looks = [look for one in found for look in one.iterfind(f"{W}tblPr/{W}tblLook")]
    assert [look.get(f"{W}firstColumn") for look in looks] == ["1"] * len(PARTY_TABLES)


def test_the_six_boxes_follow_their_headings() -> None:
    """«Følgende er avtalt» and its box stand under 4.1.1, 4.1.2, 4.1.3, 4.1.5, 4.2 and 4.3, and keep together."""
    parts = opened(ALIS)
    found: dict[str, str] = {}
    number = ""
    for block in parts.body:
        text = fold(parts.text(block))
        if block.tag == f"{W}p" and parts.style(block).startswith("heading"):
            number = text.split()[0]
        elif block.tag == f"{W}tbl" and parts.style(block) == "Avtaleboks":
            lead = block.getprevious()
            assert lead is not None
            assert parts.text(lead) == "Følgende er avtalt:"
            assert parts.in_style(lead, "pPr/keepNext") is not None
            assert len(block.findall(f".//{W}tc")) == 1
            found[number] = text
    assert found == BOXES


@both
def test_each_party_has_a_line_to_sign_on(official: Official) -> None:
    """Two bookmarks mark two drawn lines, side by side in one row that does not break across pages."""
    parts = opened(official)
    named = parts.body.iter(f"{W}bookmarkStart")
    marks = [one for one in named if not one.get(f"{W}name", "").startswith("_")]  # those are Word's own
    assert [one.get(f"{W}name") for one in marks] == BOOKMARKS[official]
    for mark in marks:
        line = mark.getparent()
        assert line is not None
        assert parts.in_style(line, "pPr/pBdr/bottom") is not None
    (block,) = tables(parts, "Underskrift")
    (row,) = block.iter(f"{W}tr")
    assert row.find(f"{W}trPr/{W}cantSplit") is not None
    assert [len(list(cell.iter(f"{W}bookmarkStart"))) for cell in row.iter(f"{W}tc")] == [1, 1]
    before = block.getprevious()
    assert before is not None
    assert parts.text(before) == "Sted og dato: {{ sted_og_dato }}"
    assert parts.in_style(before, "pPr/keepNext") is not None


@both
def test_tables_are_described(official: Official) -> None:
    """Every table has a title and a description for those who hear the document instead of seeing it."""
    found = list(opened(official).body.iter(f"{W}tbl"))
    assert found
    assert all(value_at(one, "tblPr/tblCaption") and value_at(one, "tblPr/tblDescription") for one in found)


@both
def test_the_properties_name_the_template(official: Official) -> None:
    """Title, language and version stand in the properties of the file; the version is what documents will print."""
    core = {etree.QName(one).localname: one.text for one in opened(official)["docProps/core.xml"]}
    assert core["title"] == HEADINGS[official].strip().splitlines()[0][2:]
    assert core["language"] == "nb-NO"
    assert re.fullmatch(r"\d+\.\d+", core["version"] or "")
    languages = {
        one.get(f"{W}val")
        for root in opened(official).xml.values()
        for one in root.iter(f"{W}lang", f"{W}themeFontLang")
    }
    assert languages == {"nb-NO"}


@both
def test_the_template_is_lean(official: Official) -> None:
    """A template is text and structure: no pictures, macros or objects, and well below 60 kB."""
    assert official.template.stat().st_size < 60_000
    assert all(name.endswith((".xml", ".rels")) for name in opened(official).xml)
    assert not any("vbaProject" in name or "embeddings" in name for name in opened(official).xml)
