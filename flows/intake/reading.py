"""The door of intake: read a source, judge every row, and hand over the good cases with all the problems."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.agreements.problems import Problem
from flows.errors import CasesUnreadable
from flows.intake import json_file, workbook
from flows.intake.duplicates import reject_duplicates
from flows.intake.judging import JudgedCase, Verdict, judge
from flows.intake.rows import CaseRow
from flows.language import translate as _

Source = Callable[[Path], Iterator[CaseRow | Problem]]

SOURCES: dict[str, Source] = {".xlsx": workbook.rows, ".xlsm": workbook.rows, ".json": json_file.rows}
"""What reads a file, by the ending of its name."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The good cases of a source, every problem in the order of the source, and how many cases were seen in all."""

    cases: tuple[JudgedCase, ...]
    problems: tuple[Problem, ...]
    count: int

    @property
    def rejected(self) -> int:
        """How many cases have an error and are not among `cases`."""
        return self.count - len(self.cases)


def read(source: Path, today: date) -> Judged:
    """Read and judge every case of a file. Raises `CasesUnreadable` when the file as a whole cannot be read."""
    reader = SOURCES.get(source.suffix.lower())
    if reader is None:
        raise CasesUnreadable(
            _("«{file}» has an ending that is not read here. Use one of: {endings}.").format(
                file=source.name, endings=", ".join(SOURCES)
            )
        )
    if not source.is_file():
        raise CasesUnreadable(_("There is no file {file}. Check the path.").format(file=source))
    of_source: list[Problem] = []
    verdicts: list[Verdict] = []
    try:
        for found in reader(source):
            if isinstance(found, Problem):
                of_source.append(found)
            else:
                verdicts.append(judge(found, today))
    except OSError as error:
        raise CasesUnreadable(
            _("«{file}» could not be opened: {reason}.").format(file=source.name, reason=error.strerror)
        ) from error
    verdicts = reject_duplicates(verdicts)
    return Judged(
        cases=tuple(case for verdict in verdicts if (case := verdict.judged_case())),
        problems=(*of_source, *(problem for verdict in verdicts for problem in verdict.problems)),
        count=len(verdicts),
    )
