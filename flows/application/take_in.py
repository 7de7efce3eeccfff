"""Take in cases: read and judge a source, and register the good cases as agreements."""

from dataclasses import dataclass
from pathlib import Path

from flows.agreements.problems import Problem
from flows.application.context import Context
from flows.intake import read
from flows.intake.problem_report import write_report_of
from flows.intake.register_comparison import as_received, held_back
from flows.intake.register_contradictions import without_contradictions
from flows.register import Batch
from flows.register.agreements import Reception, ReceptionResult, receive


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """Number of cases and rejected cases, every problem, and the agreements that the good cases belong to."""

    cases: int
    rejected: int
    problems: tuple[Problem, ...]
    received: tuple[ReceptionResult, ...]
    report: Path | None = None

    @property
    def agreement_ids(self) -> list[str]:
        """Agreements of the good cases, in the order of the source, each once."""
        return list(dict.fromkeys(one.agreement_id for one in self.received))

    @property
    def held_back(self) -> list[str]:
        """Agreements whose changed case was not registered, because the former one is out or archived."""
        stopped = {Reception.OUT_FOR_SIGNATURE, Reception.ALREADY_ARCHIVED}
        return [one.agreement_id for one in self.received if one.reception in stopped]


def open_batch(context: Context, source: str) -> str:
    """Register that a source of cases is about to be read; return the batch's id, which flows pass on."""
    with context.register.write() as transaction:
        batch = Batch(source=source, received_at=transaction.now)
        transaction.session.add(batch)
        transaction.session.flush()
        transaction.note("batch", None, "cases are read", {"batch": batch.id})
        return batch.id


def take_in(context: Context, batch_id: str, *, include_hidden: bool = False) -> IntakeResult:
    """Read and judge a batch's cases and register the good ones. Raises `CasesUnreadable`.

    With `include_hidden`, cases that a workbook hides are taken, too.
    """
    with context.register.read() as session:
        source = session.get_one(Batch, batch_id).source
    judged = read(source, context.today, context.settings, include_hidden=include_hidden)
    with context.register.write() as transaction:
        judged = without_contradictions(transaction.session, judged)
        received = [receive(transaction, as_received(case), batch_id) for case in judged.cases]
        batch = transaction.session.get_one(Batch, batch_id)
        batch.cases, batch.rejected = judged.count, judged.count - len(judged.cases)
    warnings = (held_back(case, one.reception) for case, one in zip(judged.cases, received, strict=True))
    problems = (*judged.problems, *(problem for problem in warnings if problem))
    report = write_report_of(judged, source, context.settings.output / "reports" / f"{batch_id}.xlsx")
    return IntakeResult(judged.count, judged.count - len(judged.cases), problems, tuple(received), report)
