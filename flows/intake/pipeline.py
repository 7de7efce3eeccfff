"""Read a source: detect its format, validate every row, return the valid cases with all problems."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from flows.agreements.problems import Problem
from flows.errors import CasesUnreadable
from flows.intake import http_source, json_file, table_reader
from flows.intake.case_rows import CaseRow
from flows.intake.case_spool import SpooledCases
from flows.intake.contradictions import ContradictionDetector
from flows.intake.duplicates import DuplicateDetector
from flows.intake.example_row import example_left_out, is_example
from flows.intake.format_detection import WORKBOOKS
from flows.intake.http_source import is_address
from flows.intake.named_doctors import NamedDoctors
from flows.intake.validation import ValidatedCase, judge
from flows.language import translate
from flows.language import translate as _
from flows.settings import Settings, load_settings
from flows.typesetting import within_memory

Source = Callable[[Path], Iterator[CaseRow | Problem]]

SOURCES: dict[str, Source] = {**dict.fromkeys(WORKBOOKS, table_reader.rows), ".json": json_file.rows}
"""What reads a file, by the ending of its name."""
MEMORY = 3072
"""Megabytes that reading one source may take: 100,000 cases take a tenth."""


@dataclass(frozen=True, slots=True)
class ValidatedSource:
    """The good cases of a source, every problem in the order of the source, and how many cases were seen in all."""

    cases: Sequence[ValidatedCase]
    problems: tuple[Problem, ...]
    count: int

    @property
    def rejected(self) -> int:
        """How many cases have an error and are not among `cases`."""
        return self.count - len(self.cases)


def read(
    source: str | Path,
    today: date,
    settings: Settings | None = None,
    *,
    include_hidden: bool = False,
    to_send: bool = True,
) -> ValidatedSource:
    """Read and judge every case of a file or an address (`https://…`, read with the settings' secrets and mapping).

    With `include_hidden`, cases in sheets and rows that a workbook hides are taken, too. Without `to_send`, what would
    send a case to the wrong person alone is a warning: its document is only looked at. Raises `CasesUnreadable` when
    the source as a whole cannot be read.
    """
    if is_address(source):
        return judge_all(http_source.rows(str(source), settings or load_settings()), today, to_send=to_send)
    path = Path(source)
    reader = SOURCES.get(path.suffix.lower())
    if reader is table_reader.rows:
        reader = partial(table_reader.rows, include_hidden=include_hidden)
    if reader is None:
        raise CasesUnreadable(
            _("«{file}» has an ending that is not read here. Use one of: {endings}.").format(
                file=path.name, endings=", ".join(SOURCES)
            )
        )
    if not path.is_file():
        raise CasesUnreadable(_("There is no file {file}. Check the path.").format(file=path))
    try:
        with within_memory(MEMORY):
            return judge_all(reader(path), today, to_send=to_send)
    except MemoryError:
        raise CasesUnreadable(
            _("«{file}» needs more than {limit} MB of memory. Divide it into several files.").format(
                file=path.name, limit=MEMORY
            )
        ) from None
    except OSError as error:
        raise CasesUnreadable(
            _("«{file}» could not be opened: {reason}.").format(file=path.name, reason=translate(error.strerror or ""))
        ) from error


def judge_all(found: Iterator[CaseRow | Problem], today: date, *, to_send: bool = True) -> ValidatedSource:
    """Judge rows as they come; only what is needed of each is kept. `to_send` as in `read`."""
    cases, twins, contradictions = SpooledCases(), DuplicateDetector(), ContradictionDetector(to_send)
    named = NamedDoctors()
    of_source: list[Problem] = []
    of_rows: list[tuple[int, Problem]] = []
    dropped: set[int] = set()
    count = 0
    for each in found:
        if isinstance(each, Problem):
            of_source.append(each)
            continue
        if is_example(each):
            of_rows.append((count, example_left_out(each)))
            continue
        verdict = judge(each, today)
        of_rows += [(count, problem) for problem in verdict.problems]
        if (judged := verdict.judged_case()) is not None:
            content = judged.case.model_dump_json().encode()
            number = cases.keep(judged, content)
            twin = twins.meet(count, verdict, content, number)
            of_rows += twin.problems
            dropped |= {number} if twin.rejected else set()
            named.meet(count, verdict)
            dropped |= set() if twin.first_rejected is None else {twin.first_rejected}
            for order, kept, problem in () if twin.rejected else contradictions.meet(count, verdict, number):
                of_rows.append((order, problem))
                dropped |= {kept} if problem.level == "error" else set()
        count += 1
    cases.drop(dropped)
    of_rows += named.problems()
    of_rows.sort(key=lambda placed: placed[0])
    return ValidatedSource(cases, (*of_source, *(problem for _order, problem in of_rows)), count)
