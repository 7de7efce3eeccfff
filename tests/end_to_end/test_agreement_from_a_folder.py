"""An agreement that is a folder goes the whole way, and no line of the program knows it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree
from openpyxl import load_workbook
from typer.testing import CliRunner

from flows.agreements.types import AgreementType, forget_types, types
from flows.application.public_copies import public_copy_maker
from flows.archive.exports import export_audit
from flows.archive.noark.entries import Period
from flows.archive.noark.extract import export_noark
from flows.archive.noark.structure import class_of
from flows.cli import app
from flows.documents import shows
from flows.intake import read
from flows.register import Register, State
from flows.register.deadlines import deadlines_of
from flows.register.records import find_records
from flows.register.reviews import reviews_of
from flows.review.agenda import calendar_of
from flows.review.calendar import calendar
from flows.review.deadline_kinds import title_of
from tests.agreements.written_types import write_template, write_wording
from tests.conftest import SHARED, Clock
from tests.end_to_end.agreement_life import Installation, installation

SPECS = SHARED / "specs"
SIGNS: dict[str, Any] = {
    "Kommunenummer": "1804",
    "Kommunens organisasjonsnummer": "313018040",
    "Avtalen gjelder fra": date(2027, 1, 1),
    "Sted": "Bodø",
    "Signatar for kommunen, navn": "Geir Nystad",
    "Signatar for kommunen, tittel": "Kommunedirektør",
}
SUPERVISION = SIGNS | {
    "Kommune": "Bodø",
    "Veileders navn": "Bjørn Skogvoll",
    "Veileders HPR-nr.": "990010311",
    "Veileders tittel": "Spesialist i allmennmedisin",
    "Avtalen gjelder til": date(2028, 12, 31),
    "Timer veiledning per måned": 4,
    "Godtgjøring": "Etter timesats",
    "Avtalt godtgjøring": "950 kroner per time.\nUtbetales hvert kvartal.",
}


def workbook_of(kind: AgreementType, path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write the workbook that `sheet` makes, and fill its rows in by their headings, over the example."""
    said = CliRunner().invoke(app, ["sheet", kind.name, "-o", str(path)])
    assert said.exit_code == 0, said.output
    book = load_workbook(path)
    sheet = book[kind.sheet]
    columns = {str(cell.value): int(cell.column or 0) for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for column in columns.values():
            sheet.cell(number, column).value = None
        for heading, value in row.items():
            sheet.cell(number, columns[heading]).value = value
    book.save(path)
    return path


def archive_one(installed: Installation, workbook: Path) -> str:
    """Bring the one case of a workbook, which has no problems, to the archive; return its agreement's id."""
    assert read(workbook, installed.clock.now.date()).problems == ()
    taken = installed.season(workbook)
    assert (taken.cases, taken.problems) == (1, ())
    (agreement_id,) = taken.agreement_ids
    assert installed.state(agreement_id) == State.ARCHIVED
    return agreement_id


def test_the_example_agreement_goes_from_its_sheet_to_noark(register: Register, clock: Clock, tmp_path: Path) -> None:
    """Sheet, check, document, signatures, archive, audit, public copy, reviews, calendar and Noark extract."""
    kind = types()["veiledningsavtale"]
    installed = installation(register, clock, tmp_path)
    agreement_id = archive_one(installed, workbook_of(kind, tmp_path / "veiledning.xlsx", [SUPERVISION]))
    with register.read() as session:
        (review,) = reviews_of(session, agreement_id)
        dates = {one.kind: one for one in deadlines_of(session, agreement_id)}
        ((record, _agreement),) = find_records(session, type=kind.name)
        shown = calendar_of(session, {"1804"}, date(2026, 1, 1))
    assert review.nominal_date == date(2027, 12, 1)
    assert dates["expected_end"].nominal_date == date(2028, 12, 31)
    (own,) = [one for one in dates.values() if one.kind.startswith(kind.name)]
    assert (own.nominal_date, own.due_date) == (date(2028, 9, 30), date(2028, 9, 29))  # a Saturday
    ics = calendar(shown, "Bodø", clock.now).decode().replace("\r\n ", "")
    assert title_of(own.kind) == "Avtal om veiledningen skal fortsette"
    assert f"{title_of(own.kind)} – {kind.title}\\, Bodø kommune" in ics
    assert "Veiledningsavtale (eksempel) § 6" in ics
    assert "Skogvoll" not in ics
    context = installed.context
    maker = public_copy_maker(context.settings, register, context.store)
    package = export_audit(register, context.store, 2028, tmp_path / "revisjon", maker)
    assert (package.agreements, package.public_copies, package.without) == (1, 1, ())
    (public,) = [path.read_bytes() for path in (tmp_path / "revisjon").glob("*-offentlig.pdf")]
    (signed,) = [path.read_bytes() for path in (tmp_path / "revisjon").glob("*[!g].pdf")]
    for text in ("Bjørn Skogvoll", "990010311", "Geir Nystad"):
        assert shows(signed, text)
        assert not shows(public, text)
    assert shows(public, "950 kroner per time.")
    assert record.public_title == "Veiledningsavtale (eksempel) – kommune 1804"
    if not SPECS.exists():
        pytest.skip("needs the schemas: put them into ../shared/specs")
    period = Period(2026, "Bodø kommune", "999999999", "Helse og omsorg", SPECS)
    assert export_noark(register, context.store, period, tmp_path / "uttrekk") == []
    structure = etree.parse(tmp_path / "uttrekk" / "arkivstruktur.xml")
    space = {"n": "http://www.arkivverket.no/standarder/noark5/arkivstruktur"}
    titles = structure.xpath("//n:klasse[n:klasseID='AVT-3']/n:mappe/n:tittel/text()", namespaces=space)
    assert titles == [record.public_title]


def test_the_sheet_asks_for_what_the_choice_needs(tmp_path: Path, clock: Clock) -> None:
    """A rate by the hour must be written; without one nothing is asked for, and the box says that nothing is agreed."""
    kind = types()["veiledningsavtale"]
    rows = [SUPERVISION | {"Avtalt godtgjøring": None}]
    rows.append(rows[0] | {"Godtgjøring": "Innenfor arbeidstiden", "Veileders HPR-nr.": "990010312"})
    found = read(workbook_of(kind, tmp_path / "veiledning.xlsx", rows), clock().date())
    (problem,) = [one for one in found.problems if one.level == "error"]
    assert (problem.column, problem.row, problem.rule) == ("avtalt_godtgjoring", 2, "required")
    (case,) = found.cases
    assert kind.context(case.case)["avtalt_godtgjoring"] == "Ingen særskilt avtale"


@pytest.fixture
def written_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Write an agreement that nobody has seen before into a folder that the settings name."""
    folder = tmp_path / "typer" / "lokaleavtale"
    folder.mkdir(parents=True)
    (folder / "type.toml").write_text(LEASE, encoding="utf-8")
    lines = [
        ("Title", "Lokaleavtale"),
        ("", "{{ kommune_visning }} låner ut {{ rom }} til {{ leier_navn }} (orgnr. {{ leier_orgnr }})."),
        ("", "Fra {{ avtale_gjelder_fra | dato }}. Leie: {{ leie | kroner }} i måneden. Røyking: {{ roeyking }}."),
    ]
    parties = [("kommune", "For {{ kommune_visning }}"), ("leier", "For {{ leier_navn }}")]
    write_template(folder / "template.docx", "Lokaleavtale", lines, parties)
    write_wording(folder, "Prøve kommune", "Skrevet i en prøve", date(2026, 1, 2))
    monkeypatch.setenv("AVTALEFLYT_AGREEMENT_TYPES", str(tmp_path / "typer"))
    forget_types()
    yield folder
    forget_types()


LEASE = """
title = "Lokaleavtale"
sheet = "Lokaleavtale"
public_title = "Lokaleavtale – kommune {kommunenr}"
printed = ["rom", "leier_navn", "leier_orgnr", "avtale_gjelder_fra", "leie", "roeyking", "signatar_kommune_navn",
    "signatar_kommune_tittel", "signatar_leier_navn", "signatar_leier_tittel"]
masked = ["signatar_kommune_navn", "signatar_leier_navn"]
outsiders = ["kommune_visning", "leier_navn"]
example_only = ["leier_orgnr"]
field = [
    { name = "kommune_skrevet", label = "Utleier", kind = "line" },
    { name = "rom", label = "Rom", kind = "line" },
    { name = "leier_navn", label = "Leier", kind = "line" },
    { name = "leier_orgnr", label = "Leiers organisasjonsnummer", kind = "organisation" },
    { name = "leie", label = "Leie per måned", kind = "kroner" },
    { name = "roeyking", label = "Røyking tillatt", kind = "yes_no" },
    { name = "signatar_leier_navn", label = "Leiers signatar, navn", kind = "person" },
    { name = "signatar_leier_tittel", label = "Leiers signatar, tittel", kind = "line" },
    { name = "signatar_leier_epost", label = "Leiers signatar, e-post", kind = "email", optional = true },
]
deadline = [
    { kind = "depositum", title = "Depositum betales", anchor = "avtale_gjelder_fra", days = 14, section = "§ 2" },
]
[identity]
counterpart = "leier_orgnr"
[made]
kommune_visning = { municipality = "kommune_skrevet" }
sted_og_dato = { place = "signatur_sted", day = "signatur_dato" }
[[party]]
role = "kommune"
name = "signatar_kommune_navn"
title = "signatar_kommune_tittel"
organisation = "kommune_visning"
[[party]]
role = "leier"
name = "signatar_leier_navn"
title = "signatar_leier_tittel"
email = "signatar_leier_epost"
organisation = "leier_navn"
called = ["Leier", "Leiers"]
[validity]
months = 12
[review]
section = "Lokaleavtale § 3"
[noark]
class_number = "EIE-1"
class_title = "Utleie"
type_title = "Lokaleavtale"
[retention]
verdict = "Kasseres"
basis = "Prøvehjemmel"
years = 5
[example]
kommune_skrevet = "Bodø"
rom = "Eksempel sal"
leier_navn = "Eksempel forening"
leier_orgnr = "300000002"
leie = 1500
roeyking = "Nei"
signatar_leier_navn = "Eksempel Leder"
signatar_leier_tittel = "Leder"
"""
TENANT = SIGNS | {
    "Utleier": "Bodø kommune",
    "Rom": "Festsalen",
    "Leier": "Foreningen Prøve",
    "Leiers organisasjonsnummer": "310000019",
    "Leie per måned": 1234.5,
    "Røyking tillatt": "Nei",
    "Leiers signatar, navn": "Anne Prøvestad",
    "Leiers signatar, tittel": "Leder",
}


@pytest.mark.usefixtures("written_folder")
def test_a_folder_written_a_moment_ago_is_an_agreement(register: Register, clock: Clock, tmp_path: Path) -> None:
    """It is archived with its own class and retention, ends after its own months, and has its own deadline."""
    kind = types()["lokaleavtale"]
    installed = installation(register, clock, tmp_path)
    agreement_id = archive_one(installed, workbook_of(kind, tmp_path / "leie.xlsx", [TENANT]))
    with register.read() as session:
        dates = {one.kind: one.nominal_date for one in deadlines_of(session, agreement_id)}
        ((record, _agreement),) = find_records(session, type=kind.name)
    assert dates == {"expected_end": date(2027, 12, 31), "lokaleavtale.depositum": date(2027, 1, 15)}
    assert record.details["retention"] == {"verdict": "Kasseres", "basis": "Prøvehjemmel", "years": 5}
    assert class_of(kind.name) == ("EIE-1", "Utleie")


def test_type_check_tries_a_folder_that_no_setting_names(written_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says that nothing is wrong, or what: a table that cannot be, or a copy that would show a person."""
    monkeypatch.delenv("AVTALEFLYT_AGREEMENT_TYPES")
    forget_types()
    checked = CliRunner().invoke(app, ["type", "check", str(written_folder)])
    assert (checked.exit_code, checked.stdout) == (0, "lokaleavtale: ingenting er galt.\n")
    assert "lokaleavtale" not in types()
    for old, new, said in (
        ("[review]", "[revisjon]", "revisjon er ukjent"),
        ('masked = ["signatar_kommune_navn", ', "masked = [", "signatar_kommune_navn gjelder en person"),
        ('"rom", "leier_navn"', '"leier_navn"', "rom"),
        ("{kommunenr}", "{signatar_leier_navn}", "den offentlige tittelen kan ikke inneholde signatar_leier_navn"),
    ):
        (written_folder / "type.toml").write_text(LEASE.replace(old, new), encoding="utf-8")
        forget_types()
        checked = CliRunner().invoke(app, ["type", "check", str(written_folder), "--json"])
        assert checked.exit_code == 1
        assert said in checked.stdout


NYNORSK = """
[nynorsk]
Lokaleavtale = "Lokaleavtale"
"Røyking tillatt" = "Røyking tillaten"
"""


def test_a_folder_with_a_template_in_nynorsk_is_tried_in_both(written_folder: Path) -> None:
    """The second template is filled, proved and locked as the first; a text that the type has not is told."""
    nynorsk = written_folder / "template.nn.docx"
    document = docx.Document(str(written_folder / "template.docx"))
    document.core_properties.language = "nn-NO"
    document.save(str(nynorsk))
    (written_folder / "type.toml").write_text(LEASE + NYNORSK, encoding="utf-8")
    forget_types()
    checked = CliRunner().invoke(app, ["type", "check", str(written_folder), "--json"])
    (fault,) = json.loads(checked.stdout)
    assert fault["step"] == "Mal (nynorsk)"
    assert "den offisielle ordlyden for den utgaven er ikke her" in fault["what"]
    written = CliRunner().invoke(app, ["template", "wording", str(nynorsk), "--json"])
    told = json.loads(written.stdout)
    assert Path(told["path"]) == written_folder / "wording-1.nn.txt"
    entry = f'\n[[version]]\nnumber = 1\nlanguage = "nn"\nwording = "wording-1.nn.txt"\nsha256 = "{told["sha256"]}"\n'
    table = written_folder / "versions.toml"
    table.write_text(table.read_text() + entry + 'approved_by = "Skrevet i en prøve"\n', encoding="utf-8")
    assert CliRunner().invoke(app, ["type", "check", str(written_folder)]).exit_code == 0
    (written_folder / "type.toml").write_text(LEASE + NYNORSK.replace("Røyking tillatt", "Røyking"), encoding="utf-8")
    forget_types()
    checked = CliRunner().invoke(app, ["type", "check", str(written_folder), "--json"])
    (fault,) = json.loads(checked.stdout)
    assert "nynorsk: typen har ingen tekst «Røyking»" in fault["what"]
