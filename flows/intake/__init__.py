"""Intake: a workbook of any kind or a JSON file comes in, judged cases go out.

In comes a path; out comes `ValidatedSource`: the valid cases, every problem of every row, and the number of cases.
A row with an error is not among the cases; the good rows go on without it. Problems are values; only a
source that cannot be read at all raises (`CasesUnreadable`, one sentence).

The way of a row, one module a step:

    file (`recognition`) → sheets (`xlsx`, `xls`, `ods`, `csv_file`) → headings (`workbook`, `headings`) or `json_file`
    → `CaseRow` (`rows`) → values (`values`, `dates`, `numbers`, `periods`, `words`) → model and rules (`judging`) →
    duplicates (`duplicates`) → `ValidatedSource` (`reading`), whose good cases are `kept`

Rows are streamed, so that a hundred thousand take no more memory than a hundred. A new kind of spreadsheet is one more
module that yields sheets, and a line in `recognition`; a new kind of source one that yields rows, and a line in
`reading.SOURCES`.
"""

from flows.intake.pipeline import ValidatedSource, read
from flows.intake.validation import ValidatedCase

__all__ = ["ValidatedCase", "ValidatedSource", "read"]
