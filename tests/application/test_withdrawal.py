"""Agreements that are withdrawn before they are sent: nothing is sent, nobody waits, and they can be made anew."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.application.agreement_view import agreement_view
from flows.application.approval import approve_documents
from flows.application.batch_work import run_waiting_jobs, sending_plan, start_documents, start_sending
from flows.application.context import Context, current_context
from flows.application.follow_up import restart_agreement, withdraw_agreement
from flows.application.pending_matters import pending_matters
from flows.application.take_in import open_batch, take_in
from flows.application.uploads import keep_upload, take_in_upload, upload_view
from flows.cli import app
from flows.errors import TransitionRefused
from flows.register import Register, State
from flows.register.agreements import get_agreement
from tests.application.test_season_steps import cases, ready, taking_everything
from tests.conftest import Clock
from tests.web.test_stale_pages import hidden
from tests.web.workplace_visits import running


@pytest.fixture
def context(register: Register, tmp_path: Path, clock: Clock) -> Context:
    """Give a context on an empty register, with a provider that takes everything."""
    return taking_everything(register, tmp_path, clock)


def state_of(context: Context, agreement_id: str) -> str:
    """Return the state of an agreement."""
    with context.register.read() as session:
        return get_agreement(session, agreement_id).state


@pytest.mark.parametrize("state", ["received", "generated", "approved"])
def test_what_is_not_sent_is_withdrawn_at_once(context: Context, state: str, clock: Clock) -> None:
    """Also while its documents or its sending are asked for, which then pass it over."""
    batch = keep_upload(context, "saker.json", cases({}), None)
    (one,) = take_in_upload(context, batch, None).agreement_ids
    start_documents(context, batch, None)
    if state != "received":
        run_waiting_jobs(context)
    if state == "approved":
        approve_documents(context, [(one, 1)], None)
        assert start_sending(context, batch, None, sending_plan(context, batch, None).digest)
    assert state_of(context, one) == state
    assert "withdraw" in agreement_view(context, one, None).actions
    assert withdraw_agreement(context, one) is State.CANCELLED
    run_waiting_jobs(context)
    assert state_of(context, one) == "cancelled"
    assert context.provider.created == []  # type: ignore[attr-defined]
    clock.forward(days=2)
    assert pending_matters(context.register, None) == []
    with pytest.raises(TransitionRefused, match="trukket tilbake og kan ikke"):
        withdraw_agreement(context, one)
    restart_agreement(context, one)
    assert state_of(context, one) == "received"


def test_one_that_is_withdrawn_is_in_nobodys_way(context: Context) -> None:
    """The same doctor from another day is no second agreement any more."""
    _batch, (one,) = ready(context, cases({}))
    later = cases({"avtale_gjelder_fra": "2027-02-01"})

    def told() -> bool:
        view = upload_view(context, keep_upload(context, "saker.json", later, None), None)
        return any("Trekk den tilbake" in problem.message for problem in view.warnings)

    assert told()
    withdraw_agreement(context, one)
    assert not told()


def test_on_its_page(context: Context) -> None:
    """Offered, asked, and told in its history."""
    _batch, (one,) = ready(context, cases({}))
    with running(context) as site:
        kari = site.signed_in("Kari Koordinator", ("coordinator", "1804"))
        assert f"/avtaler/{one}/trekk" in kari.get(f"/avtaler/{one}").text
        page = kari.get(f"/avtaler/{one}/trekk").text
        assert "Avtalen er ikke sendt, og den blir ikke sendt." in page
        assert kari.post(f"/avtaler/{one}/trekk", hidden(page)).status_code == 303
        page = kari.get(f"/avtaler/{one}").text
        assert "trukket tilbake før den ble sendt" in page
        assert f"/avtaler/{one}/nytt" in page


def test_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence; a second time it is refused."""
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))
    (tmp_path / "saker.json").write_bytes(cases({}))
    context, runner = current_context(), CliRunner()
    (one,) = take_in(context, open_batch(context, str(tmp_path / "saker.json"))).agreement_ids
    done = runner.invoke(app, ["withdraw", one])
    assert (done.exit_code, done.stdout.strip()) == (0, f"{one} har nå status trukket tilbake.")
    assert runner.invoke(app, ["withdraw", one]).exit_code != 0
