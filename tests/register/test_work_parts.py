"""Parts of a season are one worker's at a time, and another's once their worker is silent."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from flows.errors import RegisterUnreachable
from flows.register import Register
from flows.register.rate_limit import take_call
from flows.register.work_parts import (
    ABANDONED,
    LEASE,
    MOST_CLAIMS,
    PartOrder,
    abandoned_runs,
    claim_part,
    end_part,
    give_up,
    leave_part,
    parts_of_run,
    plan_parts,
    renew_part,
)
from flows.register.work_schema import WorkPart
from tests.conftest import Clock


def planned(register: Register, ids: str = "abcde") -> str:
    """Return a run of the agreements, two a part."""
    with register.write() as transaction:
        return plan_parts(transaction, None, list(ids), 2, PartOrder(send=True))


def claimed(register: Register, holder: str, run_id: str = "") -> WorkPart | None:
    """Return the part that a worker gets."""
    with register.coordinate() as session:
        return claim_part(session, register.clock(), holder, run_id)


def test_each_part_is_given_out_once(any_register: Register) -> None:
    """In order, and none twice; an ended one is not given out again, also where its worker was slow."""
    run_id = planned(any_register)
    parts = [claimed(any_register, f"worker {number}", run_id) for number in range(4)]
    assert [one and one.agreement_ids for one in parts] == [["a", "b"], ["c", "d"], ["e"], None]
    assert parts[0] is not None
    with any_register.coordinate() as session:
        assert end_part(session, any_register.clock(), parts[0].id, "worker 0", {"agreements": []})
        assert not end_part(session, any_register.clock(), parts[0].id, "worker 0", {"agreements": ["again"]})
    with any_register.read() as session:
        assert [one.ended_at is not None for one in parts_of_run(session, run_id)] == [True, False, False]
        assert parts_of_run(session, run_id)[0].outcome == {"agreements": []}


@pytest.mark.parametrize("any_register", ["postgresql"], indirect=True)
def test_two_that_ask_at_once_get_two_parts(any_register: Register) -> None:
    """On PostgreSQL nobody waits for the other, nor for whoever writes to the register."""
    planned(any_register)
    with any_register.write(), any_register.coordinate() as first, any_register.coordinate() as second:
        one = claim_part(first, any_register.clock(), "first")
        other = claim_part(second, any_register.clock(), "second")
        assert one is not None
        assert other is not None
        assert one.number != other.number


def test_the_part_of_a_silent_worker_is_another_s(any_register: Register, clock: Clock) -> None:
    """As long as it extends its lease it keeps the part; afterwards it can neither extend nor end it."""
    planned(any_register, "ab")
    part = claimed(any_register, "first")
    assert part is not None
    clock.now += LEASE - timedelta(seconds=1)
    with any_register.coordinate() as session:
        assert renew_part(session, clock(), part.id, "first")
    clock.now += LEASE
    assert claimed(any_register, "second") is None
    clock.now += timedelta(seconds=1)
    again = claimed(any_register, "second")
    assert again is not None
    assert (again.id, again.claims) == (part.id, 2)
    with any_register.coordinate() as session:
        assert not renew_part(session, clock(), part.id, "first")
        assert not end_part(session, clock(), part.id, "first", {})
        assert end_part(session, clock(), part.id, "second", {"agreements": []})


def test_a_part_that_ends_every_worker_is_given_up(any_register: Register, clock: Clock) -> None:
    """Leaving it in order does not count: the machine was stopped."""
    run_id = planned(any_register, "ab")
    part = claimed(any_register, "stopped")
    assert part is not None
    with any_register.coordinate() as session:
        leave_part(session, part.id, "stopped", in_order=True)
    for number in range(MOST_CLAIMS):
        assert claimed(any_register, f"worker {number}") is not None
        clock.now += LEASE + timedelta(seconds=1)
    assert claimed(any_register, "the next") is None
    with any_register.read() as session:
        assert (parts_of_run(session, run_id)[0].outcome or {})["problem"]


def test_a_run_whose_machines_ended_is_abandoned_until_another_takes_it_over(
    any_register: Register, clock: Clock
) -> None:
    """A new run of the same agreements takes over what is left; one of others does not."""
    run_id = planned(any_register, "abcd")
    claimed(any_register, "killed")
    with any_register.read() as session:
        assert abandoned_runs(session, clock()) == []
    clock.now += ABANDONED
    with any_register.read() as session:
        assert abandoned_runs(session, clock()) == [run_id]
    planned(any_register, "xy")
    assert claimed(any_register, "of the sweep", run_id) is not None
    with any_register.read() as session:
        assert abandoned_runs(session, clock()) == []
    clock.now += LEASE + timedelta(seconds=1)
    new = planned(any_register, "abcd")
    assert claimed(any_register, "nobody", run_id) is None
    assert claimed(any_register, "somebody", new) is not None


def test_what_nobody_wants_any_more_is_not_begun(any_register: Register) -> None:
    """What a worker is at goes on to its end."""
    run_id = planned(any_register, "abcd")
    claimed(any_register, "at work", run_id)
    with any_register.coordinate() as session:
        give_up(session, any_register.clock(), run_id, "stopped")
    assert claimed(any_register, "another", run_id) is None
    with any_register.read() as session:
        assert [one.ended_at is None for one in parts_of_run(session, run_id)] == [True, False]


def _write_until_it_breaks_off(register: Register) -> None:
    with register.write() as transaction:
        number = transaction.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with register.read() as other:
            other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
        plan_parts(transaction, None, ["c"], 1, PartOrder(send=False))


@pytest.mark.parametrize("any_register", ["postgresql"], indirect=True)
def test_a_database_that_broke_off_is_told_as_away_and_comes_back(any_register: Register) -> None:
    """In the middle of a transaction it is an outage, with nothing half left; the next one gets a new connection."""
    run_id = planned(any_register, "ab")
    with pytest.raises(RegisterUnreachable):
        _write_until_it_breaks_off(any_register)
    with any_register.read() as session:
        assert len(parts_of_run(session, run_id)) == 1
    with any_register.coordinate() as session:
        assert take_call(session, any_register.clock(), "bucket", 1) == 0
