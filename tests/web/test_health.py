"""What operators ask: does it run, can it work, and how many wait."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import Connection, create_engine

from flows.application.context import Context
from flows.application.health import gauges
from flows.application.keep_archive import back_up
from flows.archive import open_store
from flows.errors import ComponentMissing
from flows.register import Register, open_register
from flows.settings import Settings
from flows.web.app import create_app
from tests.conftest import PROJECT, Clock
from tests.signing.certificate_factory import END, authority
from tests.signing.paper_provider import approved_agreement
from tests.web.test_intake import serving

TOKEN = "for-the-tests"


@pytest.fixture
def context(register: Register, tmp_path: Path) -> Context:
    """Give a context with a register, a store, templates, and a folder of trust anchors."""
    shutil.copytree(PROJECT / "templates", tmp_path / "templates")
    (tmp_path / "anchors" / "posten").mkdir(parents=True)
    settings = Settings(
        _env_file=None,
        output=tmp_path / "output",
        templates=tmp_path / "templates",
        trust_anchors=tmp_path / "anchors",
        metrics_token=SecretStr(TOKEN),
    )
    return Context(settings, register, open_store((tmp_path / "store").as_uri()))


@contextmanager
def calling(context: Context) -> Iterator[httpx.Client]:
    """Run the application and give a caller without a token."""
    app = create_app(context, lambda _agreement, _send: None)
    with serving(app) as address, httpx.Client(base_url=address, timeout=120) as client:
        yield client


def numbers(context: Context) -> dict[tuple[str, str], float]:
    """Return each published number by its name and its label's value, as Prometheus reads them."""
    with calling(context) as client:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(answer)
        for sample in family.samples
    }


def bring_forward(connection: Connection) -> None:
    """Do as a newer release that the programs before it cannot work with."""
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_later'")
    connection.exec_driver_sql("UPDATE alembic_oldest_program SET revision = '9999_later'")


def test_it_says_that_it_runs_and_can_work(context: Context) -> None:
    """Nobody needs to be signed in for that."""
    with calling(context) as client:
        assert client.get("/healthz").json() == {"running": True}
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"ready": True, "missing": []})
        assert ready.headers["cache-control"] == "no-store"


def test_what_cannot_be_used_is_named(context: Context, tmp_path: Path) -> None:
    """Templates are gone, the store's disk, and a newer program has changed the register; the process still answers."""
    with calling(context) as client:
        shutil.rmtree(tmp_path / "templates")
        assert client.get("/readyz").json() == {"ready": False, "missing": ["templates"]}
        shutil.rmtree(tmp_path / "store", ignore_errors=True)
        with context.register.engine.begin() as connection:
            bring_forward(connection)
        refused = client.get("/readyz")
        assert (refused.status_code, refused.json()["missing"]) == (503, ["register", "store", "templates"])
        assert client.get("/healthz").status_code == 200


def test_an_older_program_leaves_a_newer_register_alone(tmp_path: Path) -> None:
    """One sentence that says what to do, before anything is read or written."""
    url = f"sqlite:///{tmp_path / 'register.db'}"
    register = open_register(url)
    with register.engine.begin() as connection:
        bring_forward(connection)
    register.close()
    with pytest.raises(ComponentMissing, match="nyere utgave"):
        open_register(url)


def test_numbers_are_for_those_who_have_the_token(context: Context) -> None:
    """Without one in the settings, the address does not exist."""
    with calling(context) as client:
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 401
        assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    closed = Context(Settings(_env_file=None), context.register, context.store)
    with calling(closed) as client:
        assert client.get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 404


def test_a_register_that_does_not_answer_is_told(
    context: Context, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program runs, and says which part is away: for those who ask whether it can work, and those who count."""
    monkeypatch.setattr("flows.register.database._PAUSES", ())
    nobody = create_engine(
        "postgresql+psycopg://avtaleflyt@127.0.0.1:9/avtaleflyt", connect_args={"connect_timeout": 60}
    )
    away = Context(context.settings, Register(nobody, clock, "tester"), context.store)
    with calling(away) as client:
        assert client.get("/healthz").status_code == 200
        refused = client.get("/readyz")
        assert (refused.status_code, refused.json()) == (503, {"ready": False, "missing": ["register"]})
        uncounted = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert uncounted.status_code == 503
        assert "Registeret kan ikke brukes" in uncounted.text


def test_numbers_tell_when_the_newest_backup_was_whole(context: Context, clock: Clock, tmp_path: Path) -> None:
    """A backup that was interrupted counts for nothing; what came after it changes nothing."""
    assert numbers(context)["avtaleflyt_last_backup_timestamp_seconds", ""] == 0
    with context.register.write() as transaction:
        transaction.note("backed_up", None, "interrupted")
    assert numbers(context)["avtaleflyt_last_backup_timestamp_seconds", ""] == 0
    back_up(context, tmp_path / "first")
    clock.forward(days=1)
    back_up(context, tmp_path / "second")
    taken = clock()
    clock.forward(days=1)
    approved_agreement(context.register)
    found = numbers(context)["avtaleflyt_last_backup_timestamp_seconds", ""]
    assert found == pytest.approx(taken.timestamp(), abs=60)


def test_numbers_tell_what_waits_and_for_how_long(context: Context, clock: Clock, tmp_path: Path) -> None:
    """An agreement that was approved and not sent three days ago, and an authority that ends."""
    (tmp_path / "anchors" / "posten" / "root.pem").write_bytes(authority().pem)
    before = numbers(context)
    assert before["avtaleflyt_oldest_waiting_decision_seconds", ""] == 0
    assert before["avtaleflyt_trust_anchor_days_left", "posten"] == pytest.approx((END - clock()).days, abs=1)
    assert before["avtaleflyt_disk_free_bytes", ""] > 0
    approved_agreement(context.register)
    clock.forward(days=3)
    after = numbers(context)
    assert after["avtaleflyt_agreements", "approved"] == 1
    assert after["avtaleflyt_waiting_decisions", "not_sent"] == 1
    assert after["avtaleflyt_oldest_waiting_decision_seconds", ""] > 0
    clock.forward(hours=1)
    later = numbers(context)["avtaleflyt_oldest_waiting_decision_seconds", ""]
    assert later == after["avtaleflyt_oldest_waiting_decision_seconds", ""] + 3600


def test_every_alert_and_every_line_of_the_guide_is_about_a_number(context: Context, tmp_path: Path) -> None:
    """Names in `deploy/alerts.yaml` and in the guide are those that are published, and the guide tells all."""
    (tmp_path / "anchors" / "posten" / "root.pem").write_bytes(authority().pem)
    published = {f"avtaleflyt_{one.name}" for one in gauges(context)}
    rules = yaml.safe_load((PROJECT / "deploy" / "alerts.yaml").read_text())["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"avtaleflyt_[a-z_]+", rule["expr"])}
    told = set(re.findall(r"`(avtaleflyt_[a-z_]+)", (PROJECT / "docs/operations.md").read_text()))
    assert len(rules) > 5
    assert asked <= published
    assert told == published
