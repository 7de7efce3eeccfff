"""Looking: the command line, the workbook, and what a season should renew."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from typer.testing import CliRunner

from flows import language
from flows.agreements.case import MunicipalCase, SeasonAction
from flows.agreements.types import types
from flows.cli import app
from flows.intake.example_case import example_case
from flows.register import Register, open_register
from flows.review import keep_dates
from flows.review.outcomes import ReviewOutcome, record_outcomes
from flows.review.renewal_candidates import cases_by_type, renewals
from tests.agreements.cases import alis_case, tjenesteavtale6_case
from tests.conftest import Clock
from tests.review.archived import MADE, archive

SAME = {"alis": MADE.template_sha256, "tjenesteavtale6": MADE.template_sha256}
NEW = {"alis": "f" * 64, "tjenesteavtale6": MADE.template_sha256}
SIGNED = date(2026, 12, 1)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Give a runner of commands over a register with one agreement of each type, whose reviews come in five weeks."""
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path))
    register = open_register(f"sqlite:///{tmp_path / 'avtaleflyt.db'}")
    soon = datetime.now(UTC).date().replace(day=1)
    signed = soon.replace(year=soon.year - 1)
    archive(register, "alis", alis_case(), signed)
    archive(register, "tjenesteavtale6", tjenesteavtale6_case(), signed)
    keep_dates(register)
    register.close()
    return CliRunner()


def run(command: CliRunner, *arguments: str, code: int = 0) -> str:
    """Run one command and return what it printed on standard output."""
    done = command.invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.stdout


def test_what_is_due_as_table_json_calendar_and_workbook(command: CliRunner, tmp_path: Path) -> None:
    """All four show the same dates, and reviews alone unless deadlines are asked for."""
    due = json.loads(run(command, "reviews", "--json"))
    assert [one["kind"] for one in due] == ["review", "review"]
    assert {one["rule"] for one in due} == {"R-A20", "R-B22"}
    ics, workbook = tmp_path / "due.ics", tmp_path / "due.xlsx"
    everything = json.loads(
        run(
            command,
            "reviews",
            "--within",
            "400d",
            "--deadlines",
            "--ics",
            str(ics),
            "--workbook",
            str(workbook),
            "--json",
        )
    )
    assert len(Calendar.from_ical(ics.read_bytes()).walk("VEVENT")) == len(everything) > 2
    rows = list(load_workbook(workbook).worksheets[0].iter_rows(values_only=True))
    assert rows[0][:3] == ("Frist", "Hva", "Kommune")
    assert [str(row[0])[:10] for row in rows[1:]] == [one["due"] for one in everything]
    assert "R-A20" in run(command, "reviews")


def test_reviews_are_recorded_from_the_command_line(command: CliRunner) -> None:
    """All of a municipality at once, then nothing is left; an id that is unknown is named and exits 1."""
    recorded = json.loads(run(command, "reviews", "done", "--municipality", "1804", "--note", "ok", "--json"))
    assert [one["problem"] for one in recorded] == ["", ""]
    assert all(one["next_due"] for one in recorded)
    assert json.loads(run(command, "reviews", "--json")) == []
    assert "Avtalen nobody finnes ikke" in run(command, "reviews", "done", "nobody", "--json", code=1)


def test_the_year_is_drawn_to_a_file(command: CliRunner, tmp_path: Path) -> None:
    """A picture or a page, by the file's name."""
    year = str(datetime.now(UTC).year)
    run(command, "reviews", "year", year, "-o", str(tmp_path / "year.svg"))
    run(command, "reviews", "year", year, "-o", str(tmp_path / "year.html"))
    assert (tmp_path / "year.svg").read_text().startswith("<svg")
    assert (tmp_path / "year.html").read_text().startswith("<!doctype html>")


def test_feeds_are_made_listed_and_revoked(command: CliRunner) -> None:
    """The address is printed once; the list shows no secret; a revoked feed stays in the list as such."""
    address = run(command, "reviews", "feed", "1804").strip()
    assert address.startswith("http://127.0.0.1:")
    listed = run(command, "reviews", "feeds", "--json")
    assert address.rpartition("/")[2].removesuffix(".ics") not in listed
    (feed,) = json.loads(listed)
    run(command, "reviews", "revoke", feed["id"])
    assert json.loads(run(command, "reviews", "feeds", "--json"))[0]["revoked"]


def test_a_changed_template_asks_for_renewal(register: Register, clock: Clock) -> None:
    """Agreements on another template than the present one are listed with the reason; others are not."""
    archive(register, "alis", alis_case(), SIGNED)
    archive(register, "tjenesteavtale6", tjenesteavtale6_case(), SIGNED)
    assert renewals(register, 2027, SAME) == []
    (one,) = renewals(register, 2027, NEW)
    assert (one.type, one.reasons) == ("alis", ("malen er endret",))


def test_a_new_season_starts_from_what_is_known(register: Register, clock: Clock) -> None:
    """The next case holds what the register knows, with the season's year, and asks anew for what is new each year."""
    case = alis_case(tilskuddsaar=2027, tilskudd_status="innvilget", signatur_dato=date(2026, 12, 1))
    archive(register, "alis", case, SIGNED)
    assert renewals(register, 2027, SAME) == []
    (renewal,) = renewals(register, 2028, SAME)
    assert renewal.reasons == ("tilskuddsreglene gjelder et annet år (R-A20)",)
    (following,) = cases_by_type([renewal])["alis"]
    asked_anew = {"tilskuddsaar": 2028, "tilskudd_status": None, "signatur_dato": None}
    changed = {"sesongvalg": SeasonAction.AMEND, "endres_fra": date(2028, 6, 1)}
    assert following == case.model_copy(update={**asked_anew, **changed})
    assert "Kari" not in json.dumps(renewal.as_json())


@pytest.mark.parametrize(
    ("first_day", "last_day", "following"),
    [
        (date(2027, 1, 1), date(2027, 12, 31), date(2028, 12, 31)),  # the next year is a leap year
        (date(2028, 1, 1), date(2028, 12, 31), date(2029, 12, 31)),
        (date(2027, 3, 1), date(2027, 8, 31), date(2028, 2, 29)),
        (date(2027, 1, 1), date(2027, 6, 15), date(2027, 11, 28)),  # no whole months: as many days
    ],
)
def test_what_follows_lasts_as_long(register: Register, first_day: date, last_day: date, following: date) -> None:
    """A year is a year, whether or not it has a leap day."""
    kind = types()["veiledningsavtale"]
    example = example_case(kind, first_day).case
    assert isinstance(example, MunicipalCase)
    case = example.model_copy(update={"avtale_gjelder_fra": first_day, "avtale_gjelder_til": last_day})
    archive(register, kind.name, case, first_day)
    (renewal,) = renewals(register, last_day.year, {})
    asked = renewal.case.model_dump()
    assert (asked["avtale_gjelder_fra"], asked["avtale_gjelder_til"]) == (last_day + timedelta(days=1), following)


def test_a_review_that_asked_for_a_change_asks_for_renewal(register: Register, clock: Clock) -> None:
    """The day of the review is filled in where the agreement has a field for it; ended agreements are left out."""
    changed = archive(register, "tjenesteavtale6", tjenesteavtale6_case(), SIGNED)
    ended = archive(register, "alis", alis_case(), SIGNED)
    clock.now = datetime(2027, 11, 1, 7, tzinfo=UTC)
    record_outcomes(register, [changed], ReviewOutcome.CHANGED, "a")
    record_outcomes(register, [ended], ReviewOutcome.ENDED, "a")
    (renewal,) = renewals(register, 2028, {"alis": "f" * 64})
    assert renewal.reasons == ("siste gjennomgang ba om en endring",)
    assert renewal.case.model_dump()["siste_gjennomgang_dato"] == date(2027, 11, 1)


def test_english_is_one_setting_away(register: Register) -> None:
    """The same list in English."""
    archive(register, "alis", alis_case(), SIGNED)
    language.use("en")
    try:
        assert renewals(register, 2027, NEW)[0].reasons == ("the template has changed",)
    finally:
        language.use("nb")
