"""Check cases: read and judge a source, compare it with the register, and change nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from flows.agreements.problems import Problem
from flows.application.batch_source import named_source
from flows.application.case_notices import case_notices
from flows.application.context import Context
from flows.application.new_files import check_target, new_file, same_file
from flows.dates import oslo_date
from flows.errors import WrongUse
from flows.intake import read
from flows.intake.problem_report import write_report
from flows.intake.register_comparison import compare
from flows.intake.register_contradictions import without_contradictions
from flows.language import translate as _
from flows.register.database import utc_now


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Number of cases and good cases, every problem, and how the good cases compare with the register.

    `notices` are what should be known though nothing is wrong.
    """

    cases: int
    good: int
    problems: tuple[Problem, ...]
    in_register: Mapping[str, int]
    notices: tuple[str, ...] = ()


def check_cases(
    context: Context, source: str, report: Path | None = None, *, force: bool = False, include_hidden: bool = False
) -> CheckResult:
    """Judge the cases of a source, and write the problem report if a path is given. Raises `CasesUnreadable`.

    A source is a path, an address, or `batch:ID`: the file that a batch was started with, on whichever machine. Raises
    `WrongUse` where the report is there already, unless `force`; it never takes the place of the cases. With
    `include_hidden`, cases that a workbook hides are judged, too.
    """
    if report:
        if same_file(Path(source), report):
            raise WrongUse(_("{path} is what is read; choose another name for what is written.").format(path=report))
        check_target(report, force)
    with named_source(context, source) as readable:
        return _check(context, readable, report, force=force, include_hidden=include_hidden)


def _check(context: Context, source: str, report: Path | None, *, force: bool, include_hidden: bool) -> CheckResult:
    judged = read(source, oslo_date(utc_now()), context.settings, include_hidden=include_hidden)
    counts: Mapping[str, int] = {}
    if register := context.existing_register():
        with register.read() as session:
            judged = without_contradictions(session, judged)
            comparison = compare(session, judged.cases)
        counts = comparison.counts
        judged = replace(judged, problems=(*judged.problems, *comparison.problems))
    if report:
        with new_file(report, force) as draft:
            write_report(source, judged, draft)
    notices = case_notices(context, judged.cases)
    return CheckResult(judged.count, len(judged.cases), tuple(judged.problems), counts, notices)
