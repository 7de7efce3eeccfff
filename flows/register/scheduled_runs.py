"""The newest run of each schedule: claimed by one host at a time, and how it ended."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.register.database import Transaction
from flows.register.workplace_schema import RunOutcome, ScheduledRun


def scheduled_runs(session: Session) -> Sequence[ScheduledRun]:
    """Return the newest run of every schedule, by name."""
    return session.scalars(select(ScheduledRun).order_by(ScheduledRun.name)).all()


def claim_run(transaction: Transaction, name: str, host: str, due: datetime) -> bool:
    """Claim the run of a schedule that was due at an instant; False if a host has begun it since."""
    row = transaction.session.get(ScheduledRun, name)
    if row is None:
        row = ScheduledRun(name=name, host=host, started_at=transaction.now, outcome="", problem="")
        transaction.session.add(row)
        return True
    if row.started_at >= due:
        return False
    row.host, row.started_at, row.ended_at, row.outcome, row.problem = host, transaction.now, None, "", ""
    return True


def end_run(transaction: Transaction, name: str, host: str, problem: str) -> None:
    """Record how the run of a host ended; nothing if another host has begun one since."""
    row = transaction.session.get_one(ScheduledRun, name)
    if row.host == host and row.ended_at is None:
        row.ended_at, row.problem = transaction.now, problem
        row.outcome = RunOutcome.FAILED if problem else RunOutcome.DONE
