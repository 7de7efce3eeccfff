"""The templates in nynorsk: those in bokmål with other words, locked alike, and refused until they may be used."""

import re
import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from pypdf import PdfReader

from flows.agreements.public_copy import public_context
from flows.agreements.types import AgreementType, types
from flows.agreements.wording_versions import wording_versions
from flows.application.document_language import chosen_language
from flows.application.document_sources import agreement_source
from flows.application.official_wording import require_official_wording, wording_faults
from flows.dates import month_name
from flows.documents import load_template, make
from flows.errors import TemplateRefused
from flows.settings import Settings, shipped_folder
from tests.agreements.cases import alis_case, tjenesteavtale6_case
from tests.templates.altered import BODY, write_altered
from tests.templates.parts import Parts, W

TODAY = date(2026, 12, 1)
NAMES = ("alis", "tjenesteavtale6", "endringsavtale")
MARK = "Uoffisiell omsetjing til nynorsk ved Avtaleflyt. Den offisielle teksten er på bokmål."
BOKMAAL = frozenset(
    """ikke fra hva hvor hvordan hvilken hvem bare noe noen være hver hvert gjennomføres kommunens legens jeg de deres
    skjer gis avtalene elementene oppgaver helseforetak tjeneste tjenesten spesialisthelsetjenesten utdanningen
    ordningen varighet oppsigelse underskrevet gjelder følgende tilskudd veileder veiledningen lønn uenighet
    partnere navn arbeidssted måneder mens""".split()  # noqa: SIM905  a list of one word a line is not easier to read
)
SETTINGS = Settings(_env_file=None)
ALLOWED = Settings(_env_file=None, unofficial_nynorsk=True)
CASES = {
    "alis": alis_case(kommunenr="1120", kommune_navn="Klepp", kategori="introduksjonslege", signatur_sted="Klepp"),
    "tjenesteavtale6": tjenesteavtale6_case(signatur_sted="Bodø"),
}
named = pytest.mark.parametrize("name", NAMES)


def parts(name: str, language: str = "") -> Parts:
    """Return the parts of a shipped template."""
    return Parts((shipped_folder("templates") / name / f"template{language}.docx").read_bytes())


def shape(root: etree._Element) -> list[object]:
    """Return the elements of a part with their attributes, but for texts, descriptions and languages."""
    told = {f"{W}tblCaption", f"{W}tblDescription", f"{W}lang"}
    return [
        (
            one.tag,
            [] if one.tag in told else sorted(one.attrib.items()),
            (one.text or "") if "{{" in (one.text or "") else "",
        )
        for one in root.iter(f"{W}*")
    ]


def text(pdf: bytes) -> str:
    """Return the text of a PDF in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


@named
def test_the_templates_differ_in_words_alone(name: str) -> None:
    """Every part, element, format and tag is the same, but for the paragraph that says what this is."""
    nb, nn = parts(name), parts(name, ".nn")
    assert nb.xml.keys() == nn.xml.keys()
    marks = [one for one in nn.paragraphs() if nn.text(one) == MARK]
    assert len(marks) == (name != "endringsavtale")
    for mark in marks:
        nn.body.remove(mark)
    for part in nb.xml:
        assert shape(nb[part]) == shape(nn[part]), part


@named
def test_the_words_are_nynorsk_and_the_figures_those_of_the_official_text(name: str) -> None:
    """No figure is lost or changed, and no word is left that bokmål alone has."""
    texts = [
        "\n".join([*map(one.text, one.paragraphs()), *one.notes(), *one.footers()])
        for one in (parts(name), parts(name, ".nn"))
    ]
    figures = [re.findall(r"\d+", re.sub(r"\{\{.*?\}\}", "", one)) for one in texts]
    assert figures[0] == figures[1]
    spoken = re.sub(r"\{\{.*?\}\}|FOR-\d+.*|Rundskriv.*|Forskrift om .*?\)|Nasjonal ALIS og veiledning", "", texts[1])
    assert set(re.findall(r"\w+", spoken.casefold())) & BOKMAAL == set()


@pytest.mark.parametrize("name", ["alis", "tjenesteavtale6"])
def test_the_wording_is_locked_and_said_to_be_unofficial(tmp_path: Path, name: str) -> None:
    """It departs from its text in nothing, and a changed word is named; the table says who answers for it."""
    path, kind = types()[name].nynorsk_template_in(shipped_folder("templates")), types()[name]
    assert path is not None
    assert wording_faults(path, kind, TODAY) == []
    version = wording_versions([kind.folder], "nn")[1]
    assert (version.unofficial, version.approved_by) == (True, "Ingen: uoffisiell omsetjing")
    changed = write_altered(tmp_path, f"{name}/template.nn.docx", (BODY, "Avtalen", "Avtala"))
    (fault,) = wording_faults(changed, kind, TODAY)
    assert "«Avtalen" in fault.what
    with pytest.raises(TemplateRefused, match="Avtala"):
        require_official_wording([changed], TODAY, unofficial=True)


def test_an_unofficial_translation_is_refused_until_it_may_be_used() -> None:
    """The sentence says what to set; that of amendments is the project's own in both languages."""
    folder = shipped_folder("templates")
    with pytest.raises(TemplateRefused, match="AVTALEFLYT_UNOFFICIAL_NYNORSK=true"):
        require_official_wording([folder / "alis/template.nn.docx"], TODAY)
    require_official_wording([folder / name / "template.nn.docx" for name in NAMES], TODAY, unofficial=True)
    require_official_wording([folder / "endringsavtale/template.nn.docx"], TODAY)


def test_bokmaal_under_the_name_of_nynorsk_is_refused(tmp_path: Path) -> None:
    """A file that says bokmål of itself is compared with no text in nynorsk, and goes out to nobody."""
    path = tmp_path / "alis" / "template.nn.docx"
    path.parent.mkdir()
    shutil.copy(shipped_folder("templates") / "alis/template.docx", path)
    assert next(fault.what for fault in wording_faults(path, types()["alis"], TODAY)).startswith("Språkegenskapen til")
    with pytest.raises(TemplateRefused, match="Språkegenskapen"):
        require_official_wording([path], TODAY, unofficial=True)


def test_the_language_is_that_of_the_municipality_once_it_may_be() -> None:
    """Nynorsk for those that write it; neutral ones and those of bokmål keep the official text."""
    kind = types()["alis"]
    chosen = {
        number: tuple(chosen_language(one, kind, alis_case(kommunenr=number)) for one in (SETTINGS, ALLOWED))
        for number in ("1120", "1804", "0301")
    }
    assert chosen == {"1120": ("nb", "nn"), "1804": ("nb", "nb"), "0301": ("nb", "nb")}
    assert chosen_language(ALLOWED, types()["veiledningsavtale"], alis_case(kommunenr="1120")) == "nb"


def document(kind: AgreementType, *, masked: bool = False) -> bytes:
    """Return the PDF of a case in nynorsk, or that of its public copy."""
    source = agreement_source(ALLOWED, kind, CASES[kind.name], "nn")
    values = {**source.values, "avtale_id": "prøve", "avtale_versjon": "1"}
    if masked:
        values = public_context(kind, source.values, "prøve", 1, language="nn")
    template = load_template(source.template)
    return make(template, {**values, "malversjon": template.version}).pdf


def test_a_document_in_nynorsk_is_so_in_every_value() -> None:
    """Title, language, dates, boxes and the line of signatures; and what is masked in the public copy."""
    pdf = document(types()["alis"])
    assert str(PdfReader(BytesIO(pdf)).root_object["/Lang"]) == "nn"
    shown = text(pdf)
    for said in (MARK, "Ikkje aktuelt: gjeld ikkje introduksjonslege.", "Inga særskild avtale",
                 "Ikkje aktuelt: kommunen er i sentralitetsklasse 3 (SSB 2024).",
                 "Stad og dato: Klepp. Datoen går fram av den elektroniske signaturen."):  # fmt: skip
        assert said in shown, said
    copied = text(document(types()["alis"], masked=True))
    assert "[skjerma]" in copied
    assert "versjon 1, offentleg versjon" in copied
    assert "Kari Fjordheim" not in copied
    title = PdfReader(BytesIO(document(types()["tjenesteavtale6"]))).metadata
    assert title is not None
    assert str(title.title).startswith("Tenesteavtale 6, tilleggsavtale om legar")


def test_months_are_called_the_same_in_both() -> None:
    """Dates in words need no filter of their own."""
    assert [month_name(month, "nn") for month in range(1, 13)] == [month_name(month, "nb") for month in range(1, 13)]
