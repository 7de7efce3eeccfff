"""A document that is refused for a value names the cell of the value, wherever people look for what waits for them."""

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from flows.application.context import Context, current_context
from flows.application.make_documents import make_documents
from flows.application.status import status_overview
from flows.application.take_in import open_batch, report_refusals, take_in
from flows.cli import app
from flows.intake import character_faults
from flows.register import State
from flows.register.agreements import current_version, events_of, get_agreement
from tests.intake.workbooks import ALIS, JSON_CASE, table, write_workbook

UNKNOWN = "Legekontoret \U00013000"
"""A hieroglyph, which no font of a Norwegian office has."""
CELL = {"sheet": "ALIS-avtale", "cell": "G3", "row": 3, "column": "arbeidssted", "rule": "document", "level": "error"}


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Give a context whose fonts have gone since the cases were checked, so that the making finds what is lost."""
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setattr(character_faults, "unshowable", lambda _text: ())
    return current_context()


def second_row(tmp_path: Path, **changed: Any) -> Path:
    """Return a workbook of a good case, and one whose workplace no page can show."""
    rows = [ALIS, {**ALIS, "HPR-nr.": "990010212", "Legens navn": "Ola Vik", "Arbeidssted": UNKNOWN, **changed}]
    return write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table(rows)})


def test_a_renewal_names_the_cell_and_keeps_it_until_it_is_mended(tmp_path: Path, context: Context) -> None:
    """In the outcome, in the report beside the other problems, and in the status until the document is made."""
    path = second_row(tmp_path)
    taken_in = take_in(context, open_batch(context, str(path)))
    good, refused = make_documents(context, taken_in.agreement_ids)
    assert (good.state, good.in_case, refused.state) == (State.GENERATED, (), State.RECEIVED)
    assert refused.problem.endswith("Se «Arbeidssted» (ark ALIS-avtale, celle G3).")
    (problem,) = refused.in_case
    assert CELL.items() <= problem.as_json().items()
    reported = report_refusals(context, taken_in, [good, refused])
    assert reported.report is not None
    workbook = load_workbook(reported.report)
    assert workbook["ALIS-avtale"]["G3"].comment.text == problem.message
    assert workbook["Problemer"]["A2"].value == "2 saker: 1 kan gå videre, 1 må rettes."

    (waiting,) = status_overview(context).waiting
    assert (waiting.agreement_id, waiting.kind) == (refused.agreement_id, "document_refused")
    assert waiting.why == refused.problem
    printed = " ".join(CliRunner().invoke(app, ["status"]).stdout.split())
    assert "celle G3" in printed
    assert "rett saken der årsaken peker, eller malen" in printed
    with context.register.read() as session:
        agreement = get_agreement(session, refused.agreement_id)
        refusal = current_version(session, agreement).refusal
        assert refusal is not None
        assert UNKNOWN not in json.dumps([refusal, *(each.details for each in events_of(session, agreement.id))])

    again = take_in(context, open_batch(context, str(second_row(tmp_path, Arbeidssted="Nordbyen legekontor"))))
    assert make_documents(context, again.agreement_ids)[1].state == State.GENERATED
    assert status_overview(context).waiting == []


def test_a_case_that_has_moved_is_named_where_it_stands_now(tmp_path: Path, context: Context) -> None:
    """The same case in another row of another sheet is the same agreement, refused at its new cell, noted once."""
    first = take_in(context, open_batch(context, str(second_row(tmp_path))))
    make_documents(context, first.agreement_ids)
    rows = [{**ALIS, "HPR-nr.": f"99001021{number}"} for number in (4, 5, 6)]
    moved = {**ALIS, "HPR-nr.": "990010212", "Legens navn": "Ola Vik", "Arbeidssted": UNKNOWN}
    path = write_workbook(tmp_path / "moved.xlsx", {"Alis 2027": table([*rows, moved])})
    taken_in = take_in(context, open_batch(context, str(path)))
    (outcome,) = make_documents(context, taken_in.agreement_ids[-1:])
    assert outcome.agreement_id == first.agreement_ids[1]
    assert outcome.problem.endswith("(ark Alis 2027, celle G5).")
    make_documents(context, [outcome.agreement_id])
    with context.register.read() as session:
        refused = [one for one in events_of(session, outcome.agreement_id) if one.kind == "refused"]
    assert [one.why.rpartition(" (")[2] for one in refused] == [
        "ark ALIS-avtale, celle G3).", "ark Alis 2027, celle G5).",
    ]  # fmt: skip


def test_of_json_the_pointer_is_named(tmp_path: Path, context: Context) -> None:
    """A case of an API or a file of JSON is named by its pointer, with the key as the sender wrote it."""
    case = {**{key: value for key, value in JSON_CASE.items() if key != "arbeidssted"}, "Arbeids/sted": UNKNOWN}
    path = tmp_path / "case.json"
    path.write_text(json.dumps({"cases": [case]}))
    taken_in = take_in(context, open_batch(context, str(path)))
    (outcome,) = make_documents(context, taken_in.agreement_ids)
    assert outcome.problem.endswith("Se «Arbeidssted» (/cases/0/Arbeids~1sted).")
    (problem,) = outcome.in_case
    assert (problem.as_json()["pointer"], problem.column) == ("/cases/0/Arbeids~1sted", "arbeidssted")


def test_a_preview_names_the_cell(tmp_path: Path, context: Context) -> None:
    """`generate --json` tells it among the problems, as `check` would; the page of the batch says it in words."""
    made = CliRunner().invoke(app, ["generate", str(second_row(tmp_path)), "-o", str(tmp_path / "made"), "--json"])
    told = json.loads(made.stdout)
    (problem,) = told["problems"]
    assert CELL.items() <= problem.items()
    assert problem["value"] == UNKNOWN
    assert [one["in_case"] for one in told["documents"]] == [[], [problem]]
    assert "(ark ALIS-avtale, celle G3)" in Path(told["index"]).read_text()


@pytest.mark.parametrize(
    ("changed", "cells"),
    [
        ({"Legens navn": "Ola \U00013000 Vik"}, ["«Legens navn» (ark ALIS-avtale, celle E3)"]),
        ({"Sted": "Bodø \U00013000"}, ["«Sted» (ark ALIS-avtale, celle S3)"]),
        ({"4.1.1 Praksiskompensasjon": "\U00013000"}, ["«4.1.1 Praksiskompensasjon» (ark ALIS-avtale, celle P3)"]),
        (
            {"Kontaktperson": "Marit \U00013000", "Signatar for kommunen, navn": "Geir \U00013000"},
            [
                "«Kontaktperson» (ark ALIS-avtale, celle D3)",
                "«Signatar for kommunen, navn» (ark ALIS-avtale, celle T3)",
            ],
        ),
    ],
)
def test_what_the_template_makes_of_several_cells_is_named_by_each(
    tmp_path: Path, context: Context, changed: dict[str, Any], cells: list[str]
) -> None:
    """A name that is printed twice, a place beside a date, an agreed text, and two values at once."""
    path = second_row(tmp_path, **{"Arbeidssted": "Legekontoret", **changed})
    taken_in = take_in(context, open_batch(context, str(path)))
    (outcome,) = make_documents(context, taken_in.agreement_ids[1:])
    assert outcome.problem.endswith(f"Se {', '.join(cells)}.")
