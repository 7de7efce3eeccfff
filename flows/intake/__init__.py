"""Intake: a workbook or a JSON file comes in, judged cases go out.

In comes a path; out comes `Judged`: the cases that may go on, every problem of every row at once, and how many cases
were seen. A row with an error is not among the cases; the good rows go on without it. Problems are values; only a
source that cannot be read at all raises (`CasesUnreadable`, one sentence).

The way of a row, one module a step:

    source (`workbook`, `json_file`) → headings (`headings`) → `CaseRow` (`rows`) → values (`values`, `dates`,
    `numbers`, `periods`, `words`) → model and rules (`judging`) → duplicates (`duplicates`) → `Judged` (`reading`)

A new kind of source is one more module that yields rows, and one line in `reading.SOURCES`.
"""

from flows.intake.judging import JudgedCase
from flows.intake.reading import Judged, read

__all__ = ["Judged", "JudgedCase", "read"]
