"""The whole life of an agreement: signed 2027, amended 2028, renewed 2029, ended 2030."""

from datetime import date
from pathlib import Path

from lxml import etree
from openpyxl import load_workbook

from flows.application.public_copies import public_copy_maker
from flows.application.sheet import make_sheet
from flows.archive import check_archive
from flows.archive.noark.entries import Period
from flows.archive.noark.extract import export_noark
from flows.documents import shows
from flows.register import Record, Register, State
from flows.register.agreements import get_agreement
from flows.register.amendments import agreed_case, amendment_of, amendments_of
from flows.register.deadlines import deadlines_of
from flows.register.records import files_of, find_records
from flows.register.reviews import reviews_of
from flows.register.states import DeadlineStatus
from flows.review.agenda import calendar_of
from flows.review.calendar import calendar
from flows.review.outcomes import ReviewOutcome, record_outcomes
from flows.review.scheduling import keep_dates
from tests.conftest import SHARED, Clock
from tests.drills import season
from tests.end_to_end.agreement_life import Installation, installation
from tests.intake.workbooks import ALIS, table, write_workbook

SPECS = SHARED / "specs"
FIRST = {
    **ALIS,
    "Avtalen gjelder fra": "01.08.2027",
    "Avtalen gjelder til": "31.12.2028",
    "Tilskuddsår": "2027",
    "Dato for oppstart i ny ordning for spesialistutdanning": "01.03.2027",
    "Forventet dato for avslutning av spesialiseringsløpet (MM/ÅÅÅÅ)": "02/2032",
}


def rows_of(workbook: Path) -> list[dict[str, object]]:
    """Return the rows of the sheet for ALIS-avtaler, by heading."""
    head, *rows = load_workbook(workbook)["ALIS-avtale"].values
    return [dict(zip(map(str, head), row, strict=True)) for row in rows if any(row)]


def set_cell(workbook: Path, heading: str, value: date | str) -> None:
    """Write a cell of the first case."""
    book = load_workbook(workbook)
    sheet = book["ALIS-avtale"]
    (cell,) = [cell for cell in sheet[1] if cell.value == heading]
    sheet[f"{cell.column_letter}2"] = value
    book.save(workbook)


def open_dates(register: Register, agreement_id: str) -> dict[str, date]:
    """Return the open deadlines of an agreement by kind."""
    with register.read() as session:
        found = deadlines_of(session, agreement_id)
        return {one.kind: one.nominal_date for one in found if one.status == DeadlineStatus.OPEN}


def signed_pdf(installed: Installation, record: Record) -> bytes:
    """Return the signed file of a record."""
    with installed.context.register.read() as session:
        (signed,) = [one for one in files_of(session, record.id) if one.role == "signed"]
    return installed.context.store.get(signed.digest)


def noark_cases(installed: Installation, folder: Path, year: int) -> dict[str, list[str]]:
    """Return the entries of each case in the Noark extract of a year; none where the schemas are not here."""
    if not SPECS.exists():
        return {"2027/1": ["2027/1-1" if year == 2027 else "2027/1-2"]}
    period = Period(year, "Bodø kommune", "999999999", "Helse og omsorg", SPECS)
    context = installed.context
    assert export_noark(context.register, context.store, period, folder / str(year)) == []
    structure = etree.parse(folder / str(year) / "arkivstruktur.xml")
    space = {"n": "http://www.arkivverket.no/standarder/noark5/arkivstruktur"}
    return {
        case.findtext("n:mappeID", "", space): [
            str(one.text) for one in case.iterfind("n:registrering/n:registreringsID", space)
        ]
        for case in structure.iterfind(".//n:mappe", space)
    }


def test_signed_amended_renewed_ended(register: Register, clock: Clock, tmp_path: Path) -> None:
    """Register, archive, reviews and calendar say what is right at each step, and the first file stays as it was."""
    installed = installation(register, clock, tmp_path)
    context = installed.context

    installed.on(date(2027, 7, 1))
    taken = installed.season(write_workbook(tmp_path / "2027.xlsx", {"ALIS-avtale": table([FIRST])}))
    assert taken.problems == ()
    (first,) = taken.agreement_ids
    assert open_dates(register, first) == {"expected_end": date(2028, 12, 31)}
    with register.read() as session:
        ((original, _agreement),) = find_records(session, type="alis")
        assert [one.nominal_date for one in reviews_of(session, first)] == [date(2028, 7, 1)]
    as_signed = signed_pdf(installed, original)

    installed.on(date(2028, 3, 1))
    amended = tmp_path / "2028.xlsx"
    make_sheet(context, "alis", amended, 2028)
    ((row),) = rows_of(amended)
    assert row["Hva som gjøres"] == "Fornyes"  # it would end in the season; the parties prolong it instead
    values: dict[str, date | str] = {
        "Hva som gjøres": "Endres", "Endres fra": date(2028, 6, 1), "Avtalen gjelder fra": date(2027, 8, 1),
        "Avtalen gjelder til": date(2029, 12, 31), "4.1.2 Læringsaktiviteter": "Kurs dekkes med inntil 40 000 kroner.",
    }  # fmt: skip
    for heading, value in values.items():
        set_cell(amended, heading, value)
    taken = installed.season(amended)
    assert taken.problems == ()
    (change,) = taken.agreement_ids
    assert change != first
    assert installed.state(first) == installed.state(change) == State.ARCHIVED
    with register.read() as session:
        amendment = amendment_of(session, change)
        assert amendment is not None
        assert (amendment.amends_id, amendment.number) == (first, 1)
        assert [one.id for one in amendments_of(session, first)] == [change]
        agreed = agreed_case(session, get_agreement(session, first))
        assert (agreed["avtale_gjelder_til"], agreed["tilskuddsaar"]) == ("2029-12-31", 2028)
        ((changed, _a), (kept, _b)) = sorted(
            find_records(session, type="alis"), key=lambda one: one[0].id == original.id
        )
        assert reviews_of(session, change) == []
        assert [one.nominal_date for one in reviews_of(session, first)] == [date(2028, 7, 1)]
    assert open_dates(register, first) == {"expected_end": date(2029, 12, 31)}
    assert open_dates(register, change) == {}
    assert signed_pdf(installed, kept) == as_signed
    pdf = signed_pdf(installed, changed)
    for text in (
        "ALIS-avtale", first, "1. juli 2027", "endring nummer 1", "Fra 1. juni 2028", "4.1.2 Læringsaktiviteter",
        "Nå: Kurs dekkes med inntil 40 000 kroner.", "Før: 31.12.2028", "Nå: 31.12.2029",
    ):  # fmt: skip
        assert shows(pdf, text), text
    assert changed.public_title == "Endringsavtale til ALIS-avtale – kommune 1804"
    (public,) = public_copy_maker(context.settings, register, context.store)([changed.id])
    assert isinstance(public, bytes)
    assert shows(public, "Kurs dekkes med inntil 40 000 kroner.")
    assert not shows(public, str(FIRST["Legens navn"]))
    assert noark_cases(installed, tmp_path / "uttrekk", 2027) == {"2027/1": ["2027/1-1"]}
    assert noark_cases(installed, tmp_path / "uttrekk", 2028) == {"2027/1": ["2027/1-2"]}
    again = installed.season(amended)  # the same workbook once more does nothing
    assert again.agreement_ids == [first]

    installed.on(date(2029, 5, 2))
    keep_dates(register)
    renewed = tmp_path / "2029.xlsx"
    make_sheet(context, "alis", renewed, 2029)
    ((row),) = rows_of(renewed)
    assert (row["Hva som gjøres"], str(row["Avtalen gjelder fra"])[:10]) == ("Fornyes", "2030-01-01")
    assert row["4.1.2 Læringsaktiviteter"] == "Kurs dekkes med inntil 40 000 kroner."
    taken = installed.season(renewed)
    assert taken.problems == ()
    (second,) = taken.agreement_ids
    assert second not in (first, change)

    installed.on(date(2030, 1, 10))
    keep_dates(register)
    assert [installed.state(one) for one in (first, change, second)] == ["ended", "ended", "archived"]
    (done,) = record_outcomes(register, [second], ReviewOutcome.ENDED, "koordinator", on=date(2030, 1, 31))
    assert done.last_day == date(2030, 1, 31)
    with register.read() as session:
        ics = calendar(calendar_of(session, {"1804"}, date(2027, 1, 1)), "Bodø", clock.now).decode()
    assert ics.count("STATUS:CONFIRMED") >= 1
    installed.on(date(2030, 2, 1))
    keep_dates(register)
    assert [installed.state(one) for one in (first, change, second)] == ["ended", "ended", "ended"]
    assert list(check_archive(register, context.store, context.anchors)) == []


def test_a_second_change_waits_for_the_first(register: Register, clock: Clock, tmp_path: Path) -> None:
    """While an amendment is under way nothing else is changed, and a change without its day is a warning as before."""
    installed = installation(register, clock, tmp_path)
    installed.on(date(2027, 7, 1))
    (first,) = installed.season(write_workbook(tmp_path / "a.xlsx", {"ALIS-avtale": table([FIRST])})).agreement_ids
    changed = {**FIRST, "Arbeidssted": "Havna legesenter"}
    held = installed.season(write_workbook(tmp_path / "b.xlsx", {"ALIS-avtale": table([changed])}))
    assert held.held_back == [first]
    assert "«Endres fra»" in held.problems[0].message


def test_a_season_from_the_register_takes_each_agreement_up_once(tmp_path: Path) -> None:
    """What ends is renewed, what the grant's rules change is amended, the rest left; taken in twice nothing comes."""
    found = season.run(6, tmp_path, documents=False)
    assert found == {
        "agreements": 6,
        "rows": 6,
        "problems": 0,
        "renewed": 2,
        "amended": 2,
        "unchanged": 2,
        "lost": 0,
        "doubled": 0,
    }
