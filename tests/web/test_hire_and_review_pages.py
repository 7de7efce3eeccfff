"""One hire as a form, and yearly reviews: what is wrong stands at its field, and nothing is of another municipality."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.application.batch_work import run_waiting_jobs
from flows.application.context import Context
from flows.archive import open_store
from flows.register import Register
from flows.register.reviews import plan_review, reviews_of
from flows.settings import Settings
from tests.agreements.cases import alis_case
from tests.conftest import Clock
from tests.register.test_agreement_listing import receive_one
from tests.signing.paper_provider import PaperProvider
from tests.web.workplace_visits import Workplace, running


@pytest.fixture
def context(register: Register, tmp_path: Path) -> Context:
    """Give a context on an empty register."""
    settings = Settings(_env_file=None, output=tmp_path / "output", workers=1)
    return Context(settings, register, open_store((tmp_path / "store").as_uri()), PaperProvider())


@pytest.fixture
def site(context: Context) -> Iterator[Workplace]:
    """Give the workplace."""
    with running(context) as site:
        yield site


def filled_in(**changes: str) -> dict[str, object]:
    """Return the form of a good case as a person fills it in."""
    case = json.loads(alis_case(lege_navn="Máret Ánne Čáhppe").model_dump_json())
    written = {name: value for name, value in case.items() if isinstance(value, str) and value}
    written |= {"stillingsprosent": "100 %", "avtale_gjelder_fra": "01.01.2027", "oppstart_ny_ordning": "01.03.2025"}
    return {**written, **changes}


def test_a_hire_becomes_an_agreement_with_its_document(context: Context, site: Workplace) -> None:
    """Saved, made, and listed under the doctor's name; the same form again is the same agreement."""
    hr = site.signed_in("Helga HR", ("hr", "1804"))
    assert hr.get("/ansettelser/ny").status_code == 200
    answer = hr.post("/ansettelser/ny", filled_in())
    assert answer.status_code == 303, answer.text
    run_waiting_jobs(context)
    assert "Máret Ánne Čáhppe" in hr.get(answer.headers["location"]).text
    assert "1 venter på godkjenning" in hr.get(answer.headers["location"]).text
    hr.post("/ansettelser/ny", filled_in())
    assert hr.get("/avtaler").text.count("Máret Ánne Čáhppe</a>") == 1
    assert hr.get("/saker/ny").status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"avtale_gjelder_fra": "31.02.2027"}, "avtale_gjelder_fra"),
        ({"lege_navn": ""}, "lege_navn"),
        ({"kommunenr": "1841"}, "kommune_navn"),
        ({"kategori": "tannlege"}, "kategori"),
        ({"lege_epost": "kari@"}, "lege_epost"),
        ({"arbeidssted": "<script>alert(1)</script>" * 50}, "arbeidssted"),
    ],
)
def test_what_is_wrong_stands_at_its_field(site: Workplace, changes: dict[str, str], field: str) -> None:
    """422; the field is marked, the summary leads to it, and what was written is still there."""
    hr = site.signed_in("Helga HR", ("hr", "1804"))
    answer = hr.post("/ansettelser/ny", filled_in(**changes))
    if answer.status_code == 303:  # an odd text may be a good one: then it is shown as it was written
        assert "<script>alert" not in hr.get(answer.headers["location"]).text
        return
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-feil"' in answer.text
    assert "Bodø" in answer.text
    assert "<script>alert" not in answer.text
    assert "Ingen avtaler ennå" in hr.get("/").text


def test_a_hire_of_another_municipality_is_refused_at_its_number(site: Workplace) -> None:
    """Whoever hires for Fauske hires nobody for Bodø."""
    answer = site.signed_in("Ola HR", ("hr", "1841")).post("/ansettelser/ny", filled_in())
    assert answer.status_code == 422
    assert 'href="#kommunenr"' in answer.text


def test_reviews_are_done_for_many_within_the_scope(
    context: Context, register: Register, site: Workplace, clock: Clock
) -> None:
    """Chosen, shown, recorded; an agreement of another municipality among them stops all."""
    mine, theirs = receive_one(register, "Åse Vik", "1804", 1), receive_one(register, "Ola Lie", "1841", 2)
    with register.write() as transaction:
        for one in (mine, theirs):
            plan_review(transaction, one, 1, date(2025, 12, 5), date(2026, 12, 5), date(2026, 12, 5))
    coordinator = site.signed_in("Kari Koordinator", ("coordinator", "1804"))
    page = coordinator.get("/gjennomganger").text
    assert "Åse Vik" in page
    assert "Ola Lie" not in page
    assert "1 innen 30 dager" in coordinator.get("/").text
    year = coordinator.get("/gjennomganger/ar/2026").text
    assert "Bodø" in year
    assert "Fauske" not in year
    assert "Åse Vik" in coordinator.post("/gjennomganger/utfall", {"valgt": [mine]}).text
    assert "Ola Lie" not in coordinator.post("/gjennomganger/utfall", {"valgt": [theirs]}).text
    assert coordinator.post("/gjennomganger/registrer", {"valgt": [mine]}).status_code == 422
    both = {"valgt": [mine, theirs], "utfall": "continues"}
    assert coordinator.post("/gjennomganger/registrer", both).status_code == 404
    with register.read() as session:
        assert [one.outcome for one in (*reviews_of(session, mine), *reviews_of(session, theirs))] == [None, None]
    auditor = site.signed_in("Rolf Revisor", ("auditor", "1804"))
    assert auditor.get("/gjennomganger").status_code == 200
    assert auditor.post("/gjennomganger/registrer", {"valgt": [mine], "utfall": "continues"}).status_code == 403
