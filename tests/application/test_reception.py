"""Cases are received some at a time, and come to the same."""

import json
from pathlib import Path

import pytest

from flows.application import reception
from flows.application.context import Context
from flows.application.take_in import open_batch, take_in
from flows.archive import open_store
from flows.archive.watched_store import watched
from flows.register import Agreement, Batch, Register
from flows.register.agreements import Reception
from flows.register.batch_schema import BatchAgreement
from flows.settings import Settings
from tests.agreements.cases import alis_case


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_cases_in_several_transactions_are_one_batch(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Counts, agreements and what is told are the same, however many at a time; a second time changes nothing."""
    monkeypatch.setattr(reception, "AT_ONCE", at_once)
    cases = [
        {"type": "alis", **json.loads(alis_case(lege_hpr_nummer=f"99001{number:04d}").model_dump_json())}
        for number in range(5)
    ]
    cases[3]["stillingsprosent"] = "mye"
    path = tmp_path / "saker.json"
    path.write_text(json.dumps(cases))
    context = Context(Settings(_env_file=None, output=tmp_path), register, open_store((tmp_path / "store").as_uri()))
    first, second = (take_in(context, open_batch(context, str(path))) for _time in range(2))
    assert (first.cases, first.rejected, len(first.agreement_ids)) == (5, 1, 4)
    assert [one.reception for one in first.received] == [Reception.NEW] * 4
    assert [one.reception for one in second.received] == [Reception.SAME] * 4
    assert (second.agreement_ids, len(second.problems)) == (first.agreement_ids, len(first.problems))
    with register.read() as session:
        batch = session.get_one(Batch, first.batch_id)
        assert (batch.cases, batch.rejected) == (5, 1)
        assert session.query(BatchAgreement).filter_by(batch_id=first.batch_id).count() == 4
        assert session.query(Agreement).count() == 4


def test_a_watched_store_reports_each_blob_once(tmp_path: Path) -> None:
    """However often it is read; more than there should be is never reported."""
    store = open_store(tmp_path.as_uri())
    first, second = store.put(b"1"), store.put(b"2")
    heard: list[tuple[int, int]] = []
    seen = watched(store, lambda done, total: heard.append((done, total)), 2)
    assert (seen.get(first), seen.fault_in("first", first), b"".join(seen.stream(second))) == (b"1", "", b"2")
    assert seen.put(b"3")
    assert heard[:3] == [(1, 2), (1, 2), (2, 2)]
    assert set(heard[3:]) == {(2, 2)}
