"""Take in cases: read and judge a source, and register the good cases as agreements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flows.agreements.problems import Problem
from flows.application.batch_source import content_to_keep, is_upload, keep_file, readable_source
from flows.application.context import Context
from flows.application.outcomes import AgreementOutcome
from flows.application.reception import receive_cases
from flows.intake import ValidatedSource, read
from flows.intake.problem_report import ReportContent, write_report_of
from flows.intake.register_comparison import held_back
from flows.register import Batch, Transaction
from flows.register.agreements import Reception, ReceptionResult
from flows.register.batches import remove_expired_files


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """Number of cases and rejected cases, every problem, and the agreements that the good cases belong to."""

    cases: int
    rejected: int
    problems: tuple[Problem, ...]
    received: tuple[ReceptionResult, ...]
    report: Path | None = None
    batch_id: str = ""

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
    """Register that a source of cases is about to be read; return the batch's id, which flows pass on.

    A file is kept for a time, so that the batch can be read on another machine.
    """
    content = content_to_keep(source)
    with context.register.write() as transaction:
        remove_expired_files(transaction)
        batch = Batch(source=source, received_at=transaction.now)
        transaction.session.add(batch)
        transaction.session.flush()
        if content is not None:
            keep_file(transaction, batch, content)
        transaction.note("batch", None, "cases are read", {"batch": batch.id})
        return batch.id


def take_in(context: Context, batch_id: str, *, include_hidden: bool = False) -> IntakeResult:
    """Read and judge a batch's cases and register the good ones. Raises `CasesUnreadable`.

    With `include_hidden`, cases that a workbook hides are taken, too. A batch may be an upload.
    """
    if is_upload(context, batch_id):
        from flows.application.uploads import take_in_upload  # which returns what this module defines

        return take_in_upload(context, batch_id, None)
    with readable_source(context, batch_id) as source:
        return _take_in(context, batch_id, source, include_hidden=include_hidden)


def _take_in(context: Context, batch_id: str, source: str, *, include_hidden: bool) -> IntakeResult:
    judged = read(source, context.today, context.settings, include_hidden=include_hidden)

    def count(transaction: Transaction, whole: ValidatedSource) -> None:
        batch = transaction.session.get_one(Batch, batch_id)
        batch.cases, batch.rejected = whole.count, whole.rejected

    done = receive_cases(context, judged, batch_id, count)
    judged, received = done.judged, done.received
    warnings = (held_back(case, one.reception) for case, one in zip(judged.cases, received, strict=True))
    problems = (*judged.problems, *(problem for problem in warnings if problem))
    report = write_report_of(judged, source, _report_path(context, batch_id))
    return IntakeResult(judged.count, judged.count - len(judged.cases), problems, received, report, batch_id)


def report_refusals(context: Context, taken_in: IntakeResult, outcomes: Sequence[AgreementOutcome]) -> IntakeResult:
    """Return what was taken in with a report that marks the cells for which documents were refused, too."""
    refused = [one.in_case for one in outcomes if one.in_case]
    if not refused:
        return taken_in
    found = ReportContent(
        taken_in.cases,
        taken_in.rejected + len(refused),
        (*taken_in.problems, *(each for one in refused for each in one)),
    )
    if is_upload(context, taken_in.batch_id):  # its pages show what is wrong
        return taken_in
    with readable_source(context, taken_in.batch_id) as source:
        report = write_report_of(found, source, _report_path(context, taken_in.batch_id))
    return replace(taken_in, report=report or taken_in.report)


def _report_path(context: Context, batch_id: str) -> Path:
    return context.settings.output / "reports" / f"{batch_id}.xlsx"
