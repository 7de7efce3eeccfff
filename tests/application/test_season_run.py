"""A season in parts: every agreement goes out once, whoever works on it and whoever falls silent."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from flows.application import season_parts
from flows.application.context import Context
from flows.application.make_documents import make_documents
from flows.application.season_parts import finish_abandoned_parts, outcomes_of_run, work_on_parts
from flows.application.season_run import CallOff, do_season, take_in_cases
from flows.application.take_in import IntakeResult, open_batch
from flows.archive import open_store
from flows.errors import NotReached, TemplateRefused
from flows.register import Register, State
from flows.register.agreements import current_version, get_agreement
from flows.register.work_parts import ABANDONED, PartOrder, claim_part, free_parts, plan_parts
from flows.settings import Settings
from tests.agreements.cases import alis_case
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider

ORDER = PartOrder(send=True)


@pytest.fixture
def provider(clock: Clock) -> PaperProvider:
    """Give a provider that takes everything; each sending takes a second."""
    return PaperProvider(when_sending=lambda: clock.forward(seconds=1))


@pytest.fixture
def context(register: Register, tmp_path: Path, provider: PaperProvider) -> Context:
    """Give a context whose seasons have a part for each agreement."""
    settings = Settings(_env_file=None, output=tmp_path / "output", workers=1, part=1, outage_seconds=0)
    return Context(settings, register, open_store((tmp_path / "store").as_uri()), provider)


def taken_in(context: Context, tmp_path: Path, number: int = 3) -> IntakeResult:
    """Take so many good cases in."""
    made = [
        {"type": "alis", **json.loads(alis_case(lege_hpr_nummer=f"99001{one:04d}").model_dump_json())}
        for one in range(number)
    ]
    (tmp_path / "saker.json").write_text(json.dumps(made))
    return take_in_cases(context, open_batch(context, str(tmp_path / "saker.json")))


def test_a_part_whose_worker_died_is_done_by_another_and_nothing_twice(
    context: Context, tmp_path: Path, provider: PaperProvider, clock: Clock
) -> None:
    """One worker dies with a part, another does one; whoever runs the season does the rest and tells of all."""
    cases = taken_in(context, tmp_path)

    left: list[int] = []

    def others(run_id: str, parts: int) -> CallOff:
        assert parts == 3
        with context.register.coordinate() as session:
            assert claim_part(session, clock(), "killed", run_id) is not None
        assert season_parts.work_on_next_part(context, run_id) is not None
        return lambda: left.append(outcomes_of_run(context, run_id)[1])

    season = do_season(context, cases, ORDER, others, lambda seconds: clock.forward(seconds=int(seconds)))
    assert left == [0]  # whoever has not begun is called off, once nothing is left to do
    assert [one.agreement_id for one in season.outcomes] == cases.agreement_ids
    assert {one.state for one in season.outcomes} == {State.SENT}
    assert season.tried_to_send == set(cases.agreement_ids)
    assert sorted(provider.created) == sorted(f"{one}-v1-a1" for one in cases.agreement_ids)
    with context.register.read() as session:
        version = current_version(session, get_agreement(session, cases.agreement_ids[0]))
    assert set(version.signature_places or {}) == {"kommune", "alis"}
    again = do_season(context, taken_in(context, tmp_path), ORDER)
    assert (len(provider.created), again.tried_to_send) == (3, frozenset())


def test_a_provider_that_is_away_sends_nothing_and_says_so(
    context: Context, tmp_path: Path, provider: PaperProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agreements stay approved with the reason, and the next season sends them."""
    cases = taken_in(context, tmp_path, 2)

    def away(*_given: object) -> None:
        provider.when_sending()
        raise NotReached("Leverandøren svarer ikke.")

    with monkeypatch.context() as patched:
        patched.setattr(provider, "send", away)
        season = do_season(context, cases, ORDER)
    assert [(one.state, one.problem) for one in season.outcomes] == [(State.APPROVED, "Leverandøren svarer ikke.")] * 2
    assert {one.state for one in do_season(context, cases, ORDER).outcomes} == {State.SENT}


def test_a_part_is_made_while_another_is_sent(
    context: Context, tmp_path: Path, provider: PaperProvider, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """The provider keeps the first agreement waiting until the documents of the second are there."""
    cases, make = taken_in(context, tmp_path, 2), make_documents
    made, waited = threading.Semaphore(0), list[bool]()

    def counted(*given: Any) -> Any:
        outcomes = make(*given)
        made.release()
        return outcomes

    def wait_for_both() -> None:
        if not waited:
            waited.append(all(made.acquire(timeout=120) for _part in range(2)))
        clock.forward(seconds=1)

    monkeypatch.setattr(season_parts, "make_documents", counted)
    provider.when_sending = wait_for_both
    assert {one.state for one in do_season(context, cases, ORDER).outcomes} == {State.SENT}
    assert waited == [True]


def test_what_was_interrupted_leaves_nothing_doubled_and_nothing_begun(
    context: Context, tmp_path: Path, provider: PaperProvider, clock: Clock
) -> None:
    """Ctrl+C ends both parts that are under way; others take up what is left, at once."""
    cases = taken_in(context, tmp_path, 4)
    with context.register.write() as transaction:
        run_id = plan_parts(transaction, cases.batch_id or None, cases.agreement_ids, 1, ORDER)

    def interrupted(_number: int) -> None:
        if threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work_on_parts(context, run_id, interrupted)
    with context.register.read() as session:
        assert free_parts(session, clock(), run_id) >= 2
    work_on_parts(context, run_id)
    assert sorted(provider.created) == sorted(f"{one}-v1-a1" for one in cases.agreement_ids)


def test_what_ends_a_part_ends_the_run_and_nobody_begins_the_rest(
    context: Context, tmp_path: Path, provider: PaperProvider, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """A template that is refused is told to whoever runs the season; no other worker goes on, nor does the sweep."""
    cases = taken_in(context, tmp_path)

    def refuse(*_given: object) -> None:
        raise TemplateRefused("Malen er endret.")

    called_off: list[str] = []
    monkeypatch.setattr(season_parts, "make_documents", refuse)
    with pytest.raises(TemplateRefused):
        do_season(context, cases, ORDER, lambda run_id, _parts: lambda: called_off.append(run_id))
    assert len(called_off) == 1
    monkeypatch.undo()
    clock.now += ABANDONED
    assert finish_abandoned_parts(context) == work_on_parts(context) == []
    assert provider.created == []


def test_a_season_whose_machines_ended_is_finished_by_the_sweep(
    context: Context, tmp_path: Path, provider: PaperProvider, clock: Clock
) -> None:
    """After some minutes, and then once."""
    cases = taken_in(context, tmp_path, 2)

    class Killed(BaseException):
        """The end of a process, after which nothing of it runs."""

    def killed(run_id: str, _parts: int) -> CallOff:
        with context.register.coordinate() as session:
            claim_part(session, clock(), "killed", run_id)
        raise Killed

    with pytest.raises(Killed):
        do_season(context, cases, ORDER, killed)
    assert finish_abandoned_parts(context) == []
    clock.now += ABANDONED
    done = finish_abandoned_parts(context)
    assert [each.state for one in done for each in one.agreements] == [State.SENT] * 2
    assert len(provider.created) == 2
    assert finish_abandoned_parts(context) == []
