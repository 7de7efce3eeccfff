"""A season step by step, as the pages take it: upload, take in, documents, approval, sending."""

import json
from pathlib import Path

import pytest

from flows.application.approval import approve_documents
from flows.application.batch_work import (
    batch_progress,
    run_waiting_jobs,
    sending_plan,
    start_documents,
    start_sending,
    stop_work,
)
from flows.application.context import Context
from flows.application.pending_matters import ADVICE
from flows.application.send import send_agreement
from flows.application.stored_files import draft_document, first_page_picture
from flows.application.uploads import (
    LIFE,
    MOST_BYTES,
    keep_upload,
    marked_workbook,
    recent_uploads,
    take_in_upload,
    upload_view,
)
from flows.archive import open_store
from flows.errors import CasesUnreadable, NotFound, NotSent, TransitionRefused
from flows.language import messages
from flows.register import Register, State
from flows.register.agreements import get_agreement
from flows.register.listing_query import Scope
from flows.register.pending_schema import PendingKind
from flows.settings import Settings
from tests.agreements.cases import alis_case
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider

BODO: Scope = frozenset({"1804"})
FAUSKE: Scope = frozenset({"1841"})


def cases(*changes: dict[str, object]) -> bytes:
    """Return a JSON file of good cases with changes."""
    made = []
    for number, changed in enumerate(changes):
        case = alis_case(lege_hpr_nummer=f"99001{number:04d}", lege_navn=f"Lege {'ABCDEF'[number]}")
        made.append({"type": "alis", **json.loads(case.model_dump_json()), **changed})
    return json.dumps(made).encode()


def taking_everything(register: Register, folder: Path, clock: Clock) -> Context:
    """Return a context on a folder, with a provider that takes everything; a sending takes a second."""
    settings = Settings(_env_file=None, output=folder / "output", workers=1)
    provider = PaperProvider(when_sending=lambda: clock.forward(seconds=1))
    return Context(settings, register, open_store((folder / "store").as_uri()), provider)


@pytest.fixture
def context(register: Register, tmp_path: Path, clock: Clock) -> Context:
    """Give a context on an empty register, with a provider that takes everything."""
    return taking_everything(register, tmp_path, clock)


def ready(context: Context, content: bytes) -> tuple[str, list[str]]:
    """Return a batch whose documents are made, with its agreements."""
    batch = keep_upload(context, "saker.json", content, None)
    ids = take_in_upload(context, batch, None).agreement_ids
    assert start_documents(context, batch, None)
    assert run_waiting_jobs(context) == 1
    return batch, ids


def test_upload_to_sent_once(context: Context) -> None:
    """Whatever is clicked twice, each agreement goes out once, and only what a person approved."""
    batch, ids = ready(context, cases({}, {}))
    assert batch_progress(context, batch, None).counts == {"generated": 2}
    assert approve_documents(context, [(ids[0], 1), (ids[0], 1)], None).approved == (ids[0],)
    assert approve_documents(context, [(ids[0], 1)], None).left == (ids[0],)
    plan = sending_plan(context, batch, None)
    assert plan.chosen == [(ids[0], 1)]
    assert start_sending(context, batch, None, plan.digest)
    assert not start_sending(context, batch, None, plan.digest)
    assert run_waiting_jobs(context) == 1
    assert not start_sending(context, batch, None, plan.digest), "the form of before, after the job has ended"
    assert run_waiting_jobs(context) == 0
    assert context.provider.created == [f"{ids[0]}-v1-a1"]  # type: ignore[attr-defined]
    progress = batch_progress(context, batch, None)
    assert (progress.counts, progress.under_way) == ({"generated": 1, "sent": 1}, False)
    assert progress.sending is not None
    assert (progress.sending.done, progress.sending.total, progress.sending.problem) == (1, 1, "")


def test_what_changed_after_it_was_confirmed_is_not_sent(context: Context) -> None:
    """Another version, or another set, than the person saw: nothing is sent, and that is said."""
    batch, ids = ready(context, cases({}, {}))
    approve_documents(context, [(one, 1) for one in ids], None)
    seen = sending_plan(context, batch, None).digest
    changed = keep_upload(context, "saker.json", cases({"arbeidssted": "Et annet legekontor"}), None)
    take_in_upload(context, changed, None)
    with pytest.raises(TransitionRefused):
        start_sending(context, batch, None, seen)
    start_documents(context, changed, None)
    run_waiting_jobs(context)
    assert approve_documents(context, [(ids[0], 1)], None).left == (ids[0],), "version 2 was never shown"


def test_a_version_that_nobody_has_approved_is_not_sent(context: Context) -> None:
    """Not even where it took the place of the approved one while the sending was under way."""
    _batch, (one,) = ready(context, cases({}))
    approve_documents(context, [(one, 1)], None)
    ready(context, cases({"arbeidssted": "Et annet legekontor"}))
    assert send_agreement(context, one, "sent from the workplace", 1).state is State.GENERATED
    assert context.provider.created == []  # type: ignore[attr-defined]


def test_a_stopped_job_sends_no_more(context: Context) -> None:
    """What is out stays out; the rest stays approved, and can be sent by a new confirmation."""
    batch, ids = ready(context, cases({}, {}))
    approve_documents(context, [(one, 1) for one in ids], None)
    start_sending(context, batch, None, sending_plan(context, batch, None).digest)
    assert stop_work(context, batch) == 1
    run_waiting_jobs(context)
    assert batch_progress(context, batch, None).counts == {"approved": 2}
    assert start_sending(context, batch, None, sending_plan(context, batch, None).digest)
    run_waiting_jobs(context)
    assert batch_progress(context, batch, None).counts == {"sent": 2}


def test_a_provider_that_is_away_stops_the_job(context: Context, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """Nothing is lost: the agreements stay approved, and the job says why it ended."""
    batch, ids = ready(context, cases({}, {}, {}, {}))
    approve_documents(context, [(one, 1) for one in ids], None)
    start_sending(context, batch, None, sending_plan(context, batch, None).digest)

    def away(*_given: object) -> None:
        clock.forward(seconds=1)
        raise NotSent("Leverandøren svarer ikke.")

    monkeypatch.setattr(context.provider, "send", away)
    run_waiting_jobs(context)
    progress = batch_progress(context, batch, None)
    assert progress.counts == {"approved": 4}
    assert progress.sending is not None
    assert progress.sending.problem == "Leverandøren svarer ikke."


def test_rows_of_other_municipalities_are_left_out(context: Context) -> None:
    """A coordinator of Fauske takes in nothing of Bodø, and reads no upload of somebody who works for more."""
    batch = keep_upload(context, "saker.json", cases({}), FAUSKE)
    view = upload_view(context, batch, FAUSKE)
    assert (view.count, view.good) == (1, 0)
    assert "1804" in view.errors[0].message
    assert take_in_upload(context, batch, FAUSKE).agreement_ids == []
    for other in (BODO, frozenset[str]()):
        with pytest.raises(NotFound):
            upload_view(context, batch, other)
    assert upload_view(context, batch, None).batch_id == batch
    of_all = keep_upload(context, "saker.json", cases({}), None)
    with pytest.raises(NotFound):
        take_in_upload(context, of_all, BODO)
    assert [one.batch_id for one in recent_uploads(context, FAUSKE)] == [batch]


def test_an_upload_has_its_time(context: Context, clock: Clock) -> None:
    """After it nobody reads it, and the next upload removes it."""
    batch = keep_upload(context, "saker.json", cases({}), None)
    clock.forward(days=LIFE.days, minutes=1)
    with pytest.raises(NotFound):
        upload_view(context, batch, None)
    keep_upload(context, "saker.json", cases({}), None)
    assert len(recent_uploads(context, None)) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("saker.xlsx", b""),
        ("saker.xlsx", b"no workbook"),
        ("saker.exe", b"MZ"),
        ("saker.xlsx", b"0" * (MOST_BYTES + 1)),
        ("../../etc/passwd", b"root"),
        ("a\0b.xlsx", b"PK"),
    ],
)
def test_what_is_no_list_of_cases_is_not_kept(context: Context, name: str, content: bytes) -> None:
    """One sentence, and nothing in the register."""
    with pytest.raises(CasesUnreadable):
        keep_upload(context, name, content, None)
    assert recent_uploads(context, None) == []


def test_the_marked_workbook(context: Context) -> None:
    """Every wrong value is told with its place; the workbook can be taken away."""
    batch = keep_upload(context, "saker.json", cases({"stillingsprosent": "mye"}, {}), None)
    view = upload_view(context, batch, None)
    assert (view.count, view.good, view.receptions) == (2, 1, {"new": 1})
    assert [(one.label, one.cell) for one in view.errors] == [("Stillingsprosent", "/0/stillingsprosent")]
    assert marked_workbook(context, batch, None).startswith(b"PK")


def test_documents_are_read_within_the_scope_and_seen(context: Context) -> None:
    """A draft is handed out with an event, and its first page as a picture; not to another municipality."""
    _batch, (agreement_id,) = ready(context, cases({}))
    file = draft_document(context, agreement_id, "pdf", BODO)
    assert b"".join(file.pieces).startswith(b"%PDF")
    assert first_page_picture(context, agreement_id, BODO).startswith(b"\x89PNG")
    with pytest.raises(NotFound):
        draft_document(context, agreement_id, "pdf", FAUSKE)
    with context.register.read() as session:
        assert get_agreement(session, agreement_id).state == State.GENERATED


def test_every_kind_of_what_waits_says_what_to_do() -> None:
    """A kind without a sentence, an action or bokmål of its own would be a dead end on the first page."""
    assert set(ADVICE) == set(PendingKind)
    known = messages("nb")
    for advice in ADVICE.values():
        assert known.get(advice.title) is not None, advice.title
        assert known.get(advice.action) is not None, advice.action
        assert "avtaleflyt " not in advice.action
